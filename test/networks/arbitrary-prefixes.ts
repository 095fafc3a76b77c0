import fc from "fast-check";
import { type Cidr, formatCidr, networkOf, parseCidr } from "../../networks/cidr";
import type { PrefixValue } from "../../networks/prefix-table";

/**
 * Prefixes that lie in, next to and around each other: most of them begin with the bits of one of a few addresses, cut off
 * anywhere. Lengths at the ends and at the borders of the table's blocks come often.
 */
export const arbitraryCidr: fc.Arbitrary<Cidr> = fc
  .tuple(
    fc.constantFrom(
      [0x0a00, 0x0001],
      [0xffff, 0xffff],
      [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0xfffe, 0, 0],
    ),
    fc.array(fc.nat({ max: 127 }), { maxLength: 3 }),
    fc.oneof(fc.nat({ max: 128 }), fc.constantFrom(0, 15, 16, 17, 20, 24, 31, 32, 48, 64, 127, 128)),
  )
  .map(([near, flips, length]) => {
    const groups = [...near];
    for (const flip of flips) flipBit(groups, flip % (groups.length * 16));
    // Formatted and parsed, so that a mapped prefix becomes its IPv4 prefix.
    return parseCidr(formatCidr(networkOf({ groups, length: length % (groups.length * 16 + 1) })));
  });

/** One layer: unique prefixes with few values, so that neighbours often have the same value. */
export const arbitraryLayer: fc.Arbitrary<PrefixValue[]> = fc
  .uniqueArray(fc.tuple(arbitraryCidr.map(formatCidr), fc.nat({ max: 3 })), {
    selector: ([prefix]) => prefix,
    maxLength: 40,
  })
  .map((pairs) => pairs.map(([prefix, value]) => ({ prefix, value })));

/** The first and last addresses of prefixes, and their neighbours outside. */
export function edgeAddresses(prefixes: readonly Cidr[]): string[] {
  return prefixes.flatMap((prefix) => {
    const bits = prefix.groups.length * 16;
    const first = prefix.groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
    const last = first + (1n << BigInt(bits - prefix.length)) - 1n;
    return [first, last, first - 1n, last + 1n]
      .filter((number) => number >= 0n && number < 1n << BigInt(bits))
      .map((number) => hostText(number, bits));
  });
}

function hostText(number: bigint, bits: number): string {
  const count = bits / 16;
  const groups = Array.from({ length: count }, (_, index) =>
    Number((number >> BigInt((count - 1 - index) * 16)) & 0xffffn),
  );
  return formatCidr({ groups, length: bits }).replace(/\/.*$/, "");
}

function flipBit(groups: number[], bit: number): void {
  groups[bit >>> 4] = (groups[bit >>> 4] ?? 0) ^ (0x8000 >>> (bit & 15));
}
