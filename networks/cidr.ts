import { isIPv4Mapped, parseIPv4, parseIPv6 } from "./address";

/** A parsed prefix. */
export interface Cidr {
  /** The address in groups of 16 bits, most significant first: two for IPv4, eight for IPv6. Bits past the length are 0. */
  readonly groups: readonly number[];
  /** Number of significant leading bits: 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly length: number;
}

/** The error for text that is not a prefix. The message quotes it and gives the reason. */
export class NotACidr extends Error {
  override readonly name = "NotACidr";
  /** The problem, to follow the text: `has no prefix length such as /24`. */
  readonly reason: string;
  /** The prefix that is probably meant, if bits are set past the length. */
  readonly meant: string | undefined;

  constructor(text: string, reason: string, meant?: string) {
    const correction = meant === undefined ? "" : `: ${meant} is meant, or a longer prefix`;
    super(`${quote(text)} ${reason}${correction}`);
    this.reason = reason;
    this.meant = meant;
  }
}

/** The bits that an address has in a family: derived from the number of groups. */
export function addressBits(cidr: Cidr): 32 | 128 {
  return cidr.groups.length === 2 ? 32 : 128;
}

/**
 * Parses `address/length`. A prefix inside `::ffff:0:0/96` becomes the IPv4 prefix that it maps, because such addresses
 * are looked up as IPv4.
 *
 * @throws NotACidr for anything else, also if bits are set past the length: `10.0.0.1/8` may mean 10.0.0.0/8 or
 * 10.0.0.1/32, and a provider's list that contains it is damaged
 */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf("/");
  if (slash < 0) throw new NotACidr(text, "has no prefix length such as /24");
  const groups = parseGroups(text.slice(0, slash));
  if (groups === undefined) throw new NotACidr(text, "does not start with an IPv4 or IPv6 address");
  const length = parseLength(text, slash + 1);
  if (length < 0 || length > groups.length * 16) {
    throw new NotACidr(text, `needs a prefix length from 0 to ${groups.length * 16}`);
  }
  const cidr = { groups, length };
  if (!endsInZeros(cidr)) {
    throw new NotACidr(text, "has bits set past its length", formatCidr(unmapPrefix(networkOf(cidr))));
  }
  return unmapPrefix(cidr);
}

/** Parses an address as the prefix that only contains it; undefined if the text is not an address. */
export function parseHost(text: string): Cidr | undefined {
  const groups = parseGroups(text);
  return groups === undefined ? undefined : unmapPrefix({ groups, length: groups.length * 16 });
}

/** Formats a prefix in its canonical form: dotted decimal for IPv4, RFC 5952 for IPv6. */
export function formatCidr(cidr: Cidr): string {
  return `${cidr.groups.length === 2 ? formatIPv4(cidr.groups) : formatIPv6(cidr.groups)}/${cidr.length}`;
}

/** Orders prefixes: IPv4 first, then by address, and a prefix before the longer ones inside it. */
export function compareCidrs(left: Cidr, right: Cidr): number {
  if (left.groups.length !== right.groups.length) return left.groups.length - right.groups.length;
  for (let index = 0; index < left.groups.length; index++) {
    const difference = (left.groups[index] ?? 0) - (right.groups[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Whether `outer` contains every address of `inner`. */
export function covers(outer: Cidr, inner: Cidr): boolean {
  if (outer.groups.length !== inner.groups.length || outer.length > inner.length) return false;
  return outer.groups.every((group, index) => group === ((inner.groups[index] ?? 0) & groupMask(outer.length, index)));
}

/** A prefix with the bits past a length (by default its own) set to 0. */
export function networkOf(cidr: Cidr, length: number = cidr.length): Cidr {
  return { groups: cidr.groups.map((group, index) => group & groupMask(length, index)), length };
}

const scratch = new Uint16Array(8);

function parseGroups(text: string): number[] | undefined {
  const ipv4 = parseIPv4(text);
  if (ipv4 >= 0) return [ipv4 >>> 16, ipv4 & 0xffff];
  if (!parseIPv6(text, scratch)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = scratch;
  return [a, b, c, d, e, f, g, h];
}

function unmapPrefix(cidr: Cidr): Cidr {
  if (cidr.groups.length !== 8 || cidr.length < 96 || !isIPv4Mapped(Uint16Array.from(cidr.groups))) return cidr;
  return { groups: cidr.groups.slice(6), length: cidr.length - 96 };
}

/** The number from `start` to the end of the text: one to three digits without a leading zero, else -1. */
function parseLength(text: string, start: number): number {
  const digits = text.length - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text[start] === "0")) return -1;
  let length = 0;
  for (let position = start; position < text.length; position++) {
    const digit = text.charCodeAt(position) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length;
}

function groupMask(length: number, index: number): number {
  const bits = Math.min(16, Math.max(0, length - index * 16));
  return 0xffff & (0xffff << (16 - bits));
}

function endsInZeros({ groups, length }: Cidr): boolean {
  for (let index = length >>> 4; index < groups.length; index++) {
    if (((groups[index] ?? 0) & ~groupMask(length, index)) !== 0) return false;
  }
  return true;
}

function formatIPv4(groups: readonly number[]): string {
  return groups.map((group) => `${group >>> 8}.${group & 0xff}`).join(".");
}

function formatIPv6(groups: readonly number[]): string {
  const texts = groups.map((group) => group.toString(16));
  const { start, size } = longestZeroRun(groups);
  if (size < 2) return texts.join(":");
  return `${texts.slice(0, start).join(":")}::${texts.slice(start + size).join(":")}`;
}

/** The run that `::` replaces: the longest, and the first of equally long ones (RFC 5952, section 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; size: number } {
  let longest = { start: 0, size: 0 };
  let size = 0;
  groups.forEach((group, index) => {
    size = group === 0 ? size + 1 : 0;
    if (size > longest.size) longest = { start: index - size + 1, size };
  });
  return longest;
}

/** Formats untrusted text for a message: quoted, on one line, and at most as long as a prefix. */
function quote(text: string): string {
  return JSON.stringify(text.length > 50 ? `${text.slice(0, 50)}…` : text);
}
