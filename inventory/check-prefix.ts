import type { Finding } from "../document/rule";
import { addressBits, formatCidr, NotACidr, parseCidr } from "../networks/cidr";

/**
 * Checks a prefix in CIDR notation that somebody wrote. What is an IPv4 prefix is written as one, though published lists may
 * map it into IPv6 (RFC 4291, section 2.5.5.2).
 *
 * @returns what is wrong with it; undefined if nothing
 */
export function checkPrefix(text: string): Pick<Finding, "message" | "fix"> | undefined {
  try {
    const cidr = parseCidr(text);
    if (addressBits(cidr) === 128 || !text.includes(":")) return undefined;
    const message = `"${text}" is an IPv4 prefix in the form of an IPv6 one (RFC 4291, section 2.5.5.2)`;
    return { message, fix: `Write it as ${formatCidr(cidr)}` };
  } catch (error) {
    if (!(error instanceof NotACidr)) throw error;
    const fix =
      error.meant === undefined
        ? "Write it as 203.0.113.0/24 or 2001:db8::/32."
        : `Write ${error.meant}, or the longer prefix that is meant.`;
    return { message: `"${text}" ${error.reason}`, fix };
  }
}

/** The one form of equal prefixes; a text that is no prefix as it is. */
export function canonicalPrefix(text: string): string {
  return checkPrefix(text) === undefined ? formatCidr(parseCidr(text)) : text;
}
