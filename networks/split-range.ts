import { type Cidr, formatCidr, parseHost } from "./cidr";

/**
 * Splits the addresses from `first` to `last`, both included, into the fewest prefixes.
 *
 * @returns the prefixes in canonical form and in order, or undefined unless both are addresses of one family, and
 * the first is not above the last
 */
export function splitRange(first: string, last: string): string[] | undefined {
  const from = parseHost(first);
  const to = parseHost(last);
  if (from === undefined || to === undefined || from.groups.length !== to.groups.length) return undefined;
  const bits = from.groups.length * 16;
  const end = numberOf(to);
  const prefixes: string[] = [];
  let start = numberOf(from);
  if (start > end) return undefined;
  while (start <= end) {
    const size = largestBlock(start, end, bits);
    prefixes.push(formatCidr({ groups: groupsOf(start, bits / 16), length: bits - size }));
    start += 1n << BigInt(size);
  }
  return prefixes;
}

/** The number of low bits of the largest block that begins at `start` and does not exceed `end`. */
function largestBlock(start: bigint, end: bigint, bits: number): number {
  let size = 0;
  while (size < bits && (start >> BigInt(size)) % 2n === 0n && start + (2n << BigInt(size)) - 1n <= end) size++;
  return size;
}

function numberOf({ groups }: Cidr): bigint {
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

function groupsOf(address: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((address >> BigInt((count - 1 - index) * 16)) & 0xffffn));
}
