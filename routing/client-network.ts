import { carriedIPv4, parseIPv4, parseIPv6 } from "../networks/address";

const groups = new Uint16Array(8);

/** Stands for the unknown client, which may be anybody. */
export const unknownNetwork = "unknown";

/**
 * The network that stands for a client where clients must be told apart: a /24 (IPv4) or a /48 (IPv6), as a text. So
 * all machines of a site meet the same mirror, and an IPv6 client that changes its address (RFC 8981) keeps it. An IPv6
 * address that carries an IPv4 address stands for the network of that. A text that is no address stands for the unknown
 * client.
 */
export function clientNetwork(address: string): string {
  const ipv4 = parseIPv4(address);
  if (ipv4 >= 0) return `4:${ipv4 >>> 8}`;
  if (!parseIPv6(address, groups)) return unknownNetwork;
  const carried = carriedIPv4(groups);
  if (carried >= 0) return `4:${carried >>> 8}`;
  const [first = 0, second = 0, third = 0] = groups;
  return `6:${first}:${second}:${third}`;
}
