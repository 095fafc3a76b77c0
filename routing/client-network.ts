import type { ParsedAddress } from "../networks/parsed-address";

/** The network of an unknown client. */
export const unknownNetwork = "unknown";

/**
 * The network that stands for a client where clients must be told apart: a /24 (IPv4) or a /48 (IPv6), as a text. So
 * all machines of a site meet the same mirror, and an IPv6 client that changes its address (RFC 8981) keeps it. An IPv6
 * address that carries an IPv4 address stands for the network of that. A text that is no address stands for the unknown
 * client.
 */
export function clientNetwork({ ipv4, groups }: ParsedAddress): string {
  if (ipv4 >= 0) return `4:${ipv4 >>> 8}`;
  return groups === undefined ? unknownNetwork : `6:${groups[0]}:${groups[1]}:${groups[2]}`;
}
