import { type Cidr, covers, networkOf, parseCidr, parseHost } from "./cidr";
import { embeddingAreas } from "./embedded-ipv4";

/** A block of non-public addresses. */
export interface SpecialPurposeBlock {
  /** In CIDR form. */
  readonly prefix: string;
  readonly cidr: Cidr;
  /** Its purpose, such as "private use", to follow "is for". */
  readonly purpose: string;
}

/**
 * Non-public addresses; narrower blocks come first:
 *
 * - IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, as of October 2025), including the few
 *   globally reachable blocks: anycast addresses of protocols, which no mirror and no client has;
 * - multicast (RFC 5771, RFC 4291), and deprecated blocks: site-local (RFC 3879), IPv4-compatible (RFC 4291, 2.5.5.1);
 * - all of IPv6 that is not assigned for global unicast (IANA's IPv6 Address Space registry: only 2000::/3 is).
 *
 * This includes the metadata addresses of clouds: 169.254.169.254 (link-local), 100.100.100.200 (shared address space),
 * 192.0.0.192 (protocol assignments), fd00:ec2::254 and fd20:ce::254 (unique-local).
 */
export const specialPurpose: readonly SpecialPurposeBlock[] = (
  [
    ["0.0.0.0/8", '"this network"'],
    ["10.0.0.0/8", "private use"],
    ["100.64.0.0/10", "shared address space of carriers"],
    ["127.0.0.0/8", "loopback"],
    ["169.254.0.0/16", "link-local use"],
    ["172.16.0.0/12", "private use"],
    ["192.0.0.0/24", "protocol assignments"],
    ["192.0.2.0/24", "documentation"],
    ["192.31.196.0/24", "AS112"],
    ["192.52.193.0/24", "AMT relays"],
    ["192.88.99.0/24", "6to4 relays"],
    ["192.168.0.0/16", "private use"],
    ["192.175.48.0/24", "AS112"],
    ["198.18.0.0/15", "benchmarks"],
    ["198.51.100.0/24", "documentation"],
    ["203.0.113.0/24", "documentation"],
    ["224.0.0.0/4", "multicast"],
    ["255.255.255.255/32", "broadcast"],
    ["240.0.0.0/4", "future use"],
    ["::/128", "no address"],
    ["::1/128", "loopback"],
    ["::/96", "IPv4-compatible addresses"],
    ["64:ff9b:1::/48", "local translation to IPv4"],
    ["100::/64", "discarding"],
    ["100:0:0:1::/64", "dummy addresses"],
    ["2001::/32", "Teredo"],
    ["2001:2::/48", "benchmarks"],
    ["2001:20::/28", "ORCHIDv2 identifiers"],
    ["2001::/23", "protocol assignments"],
    ["2001:db8::/32", "documentation"],
    ["2620:4f:8000::/48", "AS112"],
    ["3fff::/20", "documentation"],
    ["5f00::/16", "segment routing"],
    ["fc00::/7", "unique-local use"],
    ["fe80::/10", "link-local use"],
    ["fec0::/10", "site-local use"],
    ["ff00::/8", "multicast"],
    ["::/3", "no global use"],
    ["4000::/2", "no global use"],
    ["8000::/1", "no global use"],
  ] as const
).map(([prefix, purpose]) => ({ prefix, cidr: parseCidr(prefix), purpose }));

/**
 * Azure's virtual public address: it reaches the caller's own platform, and Azure publishes it among its
 * ranges (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const azurePlatform = parseHost("168.63.129.16") as Cidr;

/**
 * Finds the block that a prefix is in or covers. A prefix of 6to4 (RFC 3056, section 2) or of NAT64's well-known prefix
 * (RFC 6052, section 2.1) is treated as its embedded IPv4 prefix.
 *
 * @returns the first of {@link specialPurpose}; undefined if all addresses of the prefix may be public
 */
export function findSpecialPurpose(prefix: Cidr): SpecialPurposeBlock | undefined {
  const meant = extractEmbedded(prefix);
  return specialPurpose.find(({ cidr }) => covers(cidr, meant) || covers(meant, cidr));
}

/**
 * Whether a text is a public address: without zone, brackets or port, and neither in {@link specialPurpose} nor a cloud's
 * metadata service.
 */
export function isPublicAddress(text: string): boolean {
  const host = parseHost(text);
  if (host === undefined || findSpecialPurpose(host) !== undefined) return false;
  return !covers(azurePlatform, extractEmbedded(host));
}

/** The embedded IPv4 prefix; {@link parseCidr} has already converted an IPv4-mapped one. */
function extractEmbedded(prefix: Cidr): Cidr {
  const found = Object.values(embeddingAreas).find(({ area }) => covers(area, prefix));
  if (found === undefined) return prefix;
  const { group } = found;
  const length = Math.min(32, prefix.length - 16 * group);
  return networkOf({ groups: prefix.groups.slice(group, group + 2), length });
}
