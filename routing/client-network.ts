import type { ParsedAddress } from "../networks/parsed-address";

/** The network of an unknown client. */
export const unknownNetwork = "unknown";

/**
 * The network by which clients are distinguished: a /24 (IPv4) or a /48 (IPv6), as text. So all
 * machines of a site get the same mirror, and an IPv6 client that changes its address (RFC 8981) keeps it. An IPv6 address
 * that carries an IPv4 address counts as that address. Text that is not an address is the unknown client.
 */
export function clientNetwork({ ipv4, groups }: ParsedAddress): string {
  if (ipv4 >= 0) return `4:${ipv4 >>> 8}`;
  return groups === undefined ? unknownNetwork : `6:${groups[0]}:${groups[1]}:${groups[2]}`;
}
