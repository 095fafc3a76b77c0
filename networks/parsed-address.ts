import { extractIPv4, parseIPv4, parseIPv6 } from "./address";

/** Text that was parsed as an address, once per request, for all lookups and comparisons. */
export interface ParsedAddress {
  /** The text, valid or not. */
  readonly text: string;
  /**
   * The IPv4 address as a number from 0 to 2^32 - 1, also if embedded in IPv6 ({@link carriedIPv4}); -1 if there is
   * none.
   */
  readonly ipv4: number;
  /** The eight 16-bit groups of an IPv6 address without an embedded IPv4 address. @default not such an address */
  readonly groups: Uint16Array | undefined;
}

/** No address at all. */
export const noAddress: ParsedAddress = { text: "", ipv4: -1, groups: undefined };

const scratch = new Uint16Array(8);

/** Parses an IPv4 or IPv6 address. Never throws: invalid text has neither `ipv4` nor `groups`. */
export function parseAddress(text: string): ParsedAddress {
  const ipv4 = parseIPv4(text);
  if (ipv4 >= 0) return { text, ipv4, groups: undefined };
  if (!parseIPv6(text, scratch)) return { text, ipv4: -1, groups: undefined };
  const carried = extractIPv4(scratch);
  return { text, ipv4: carried, groups: carried >= 0 ? undefined : scratch.slice() };
}

/** Whether the text was a valid address. */
export function isAddress({ ipv4, groups }: ParsedAddress): boolean {
  return ipv4 >= 0 || groups !== undefined;
}
