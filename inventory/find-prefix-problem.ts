import type { Finding } from "../document/rule";
import { addressBits, formatCidr, NotACidr, parseCidr } from "../networks/cidr";

/**
 * The problem with a prefix in CIDR notation; undefined if there is none. Unlike in published lists, an IPv4 prefix must not be
 * written in its IPv4-mapped form (RFC 4291, section 2.5.5.2).
 */
export function findPrefixProblem(text: string): Pick<Finding, "message" | "fix"> | undefined {
  try {
    const cidr = parseCidr(text);
    if (addressBits(cidr) === 128 || !text.includes(":")) return undefined;
    const message = `"${text}" is an IPv4-mapped IPv6 prefix (RFC 4291, section 2.5.5.2)`;
    return { message, fix: `Write it as ${formatCidr(cidr)}` };
  } catch (error) {
    if (!(error instanceof NotACidr)) throw error;
    const fix =
      error.meant === undefined
        ? "Write it as 203.0.113.0/24 or 2001:db8::/32."
        : `Write ${error.meant}, or the intended longer prefix.`;
    return { message: `"${text}" ${error.reason}`, fix };
  }
}

/** Converts a prefix to its canonical form; an invalid one is unchanged. */
export function canonicalizePrefix(text: string): string {
  return findPrefixProblem(text) === undefined ? formatCidr(parseCidr(text)) : text;
}
