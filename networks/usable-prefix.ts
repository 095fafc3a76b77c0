import { addressBits, type Cidr, covers, formatCidr } from "./cidr";
import { findSpecialPurpose, specialPurpose } from "./special-purpose";

/**
 * Minimum prefix length of a claim, by the number of bits of an address: a /8 is the largest IPv4 block of one network
 * (17.0.0.0/8), a /19 about the largest in IPv6 (2003::/19). No list known in 2026 has a prefix shorter
 * than /11 or /28.
 */
export const shortestLengths = { 32: 8, 128: 19 } as const;

/**
 * Why a prefix is too short, such as "0.0.0.0/0 is shorter than /8"; undefined if it is long enough. Prefixes of
 * 6to4 (RFC 3056) contain the length of an IPv4 prefix: {@link describeSpecialUse} checks them, and some lists have all of
 * 2002::/16.
 */
export function describeShortPrefix(cidr: Cidr): string | undefined {
  if (cidr.groups[0] === 0x2002 && cidr.length >= 16) return undefined;
  const shortest = shortestLengths[addressBits(cidr)];
  return cidr.length < shortest ? `${formatCidr(cidr)} is shorter than /${shortest}` : undefined;
}

/**
 * Why no client on the internet has an address of a prefix, such as "10.0.0.0/8 is for private use"; undefined if clients may have one.
 * Addresses for documentation (RFC 5737, RFC 3849, RFC 9637) are allowed: examples need them, and no client has them.
 */
export function describeSpecialUse(cidr: Cidr): string | undefined {
  if (!mayBeSpecial(cidr)) return undefined;
  const block = findSpecialPurpose(cidr);
  if (block === undefined || block.purpose === "documentation") return undefined;
  return `${formatCidr(cidr)} ${covers(block.cidr, cidr) ? "is" : "contains addresses"} for ${block.purpose}`;
}

/** The first groups of global unicast addresses (2000::/3) that contain special-purpose addresses, and 6to4. */
const specialGroups: ReadonlySet<number> = new Set([
  0x2002,
  ...specialPurpose.flatMap(({ cidr }) =>
    addressBits(cidr) === 128 && cidr.length >= 16 ? (cidr.groups[0] ?? 0) : [],
  ),
]);

/** The same for the first octets of IPv4 addresses. */
const specialOctets: ReadonlySet<number> = new Set(
  specialPurpose
    .filter(({ cidr }) => addressBits(cidr) === 32)
    .flatMap(({ cidr }) => {
      const first = (cidr.groups[0] ?? 0) >>> 8;
      return Array.from({ length: 2 ** Math.max(0, 8 - cidr.length) }, (_, index) => first + index);
    }),
);

/** Most prefixes share no leading bits with special-purpose blocks, and need no search: lists have hundreds of thousands. */
function mayBeSpecial(cidr: Cidr): boolean {
  const [first = 0] = cidr.groups;
  if (addressBits(cidr) === 32) return cidr.length < 8 || specialOctets.has(first >>> 8);
  return cidr.length < 16 || first < 0x2000 || first > 0x3fff || specialGroups.has(first);
}
