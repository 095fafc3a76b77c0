import { type Cidr, compareCidrs, covers, formatCidr, networkOf, parseCidr } from "./cidr";
import { type RangeEntry, RangesUnreadable } from "./range-entry";

interface Item {
  readonly cidr: Cidr;
  readonly entry: RangeEntry;
  readonly value: string;
}

/**
 * Says the same with fewer prefixes: two halves of a prefix that have one value become the prefix, and a prefix goes away
 * where the next shorter one that holds it has the same value. Under longest-prefix match every address keeps its answer.
 *
 * @returns the entries that remain, ordered by address
 * @throws RangesUnreadable where one prefix has two values
 */
export function compactEntries(entries: readonly RangeEntry[]): RangeEntry[] {
  return withoutCovered(joinedHalves(entries)).map(({ cidr, entry }) => ({ ...entry, prefix: formatCidr(cidr) }));
}

/** What an entry says of its prefix: equal texts say the same. */
export function entryValue({ asn, country, region }: RangeEntry): string {
  return [
    asn === undefined ? [] : [`asn ${asn}`],
    country === undefined ? [] : [`country ${country}`],
    region === undefined ? [] : [`region ${region}`],
  ]
    .flat()
    .join(", ");
}

/** Longest prefixes first, so that halves joined can be halves again. */
function joinedHalves(entries: readonly RangeEntry[]): Item[] {
  const byLength = itemsByLength(entries);
  for (let length = byLength.length - 1; length > 0; length--) {
    const items = byLength[length] ?? new Map<string, Item>();
    for (const [key, item] of items) {
      const sibling = siblingOf(item.cidr);
      const other = items.get(keyOf(sibling));
      if (other?.value !== item.value) continue;
      const parent = networkOf(item.cidr, length - 1);
      items.delete(key);
      items.delete(keyOf(sibling));
      byLength[length - 1]?.set(keyOf(parent), { ...item, cidr: parent });
    }
  }
  return byLength.flatMap((items) => Array.from(items.values()));
}

function itemsByLength(entries: readonly RangeEntry[]): Map<string, Item>[] {
  const byLength = Array.from({ length: 129 }, () => new Map<string, Item>());
  for (const entry of entries) {
    const cidr = parseCidr(entry.prefix);
    const value = entryValue(entry);
    const known = byLength[cidr.length]?.get(keyOf(cidr));
    if (known !== undefined && known.value !== value) {
      throw new RangesUnreadable(`${entry.prefix} is listed twice, with "${known.value}" and with "${value}"`);
    }
    byLength[cidr.length]?.set(keyOf(cidr), { cidr, entry, value });
  }
  return byLength;
}

/** Leaves out what the nearest prefix around it already says. */
function withoutCovered(items: Item[]): Item[] {
  const kept: Item[] = [];
  const around: Item[] = [];
  for (const item of items.sort((left, right) => compareCidrs(left.cidr, right.cidr))) {
    for (let last = around.at(-1); last !== undefined && !covers(last.cidr, item.cidr); last = around.at(-1))
      around.pop();
    if (around.at(-1)?.value === item.value) continue;
    kept.push(item);
    around.push(item);
  }
  return kept;
}

function siblingOf({ groups, length }: Cidr): Cidr {
  const bit = length - 1;
  const flipped = groups.map((group, index) => (index === bit >>> 4 ? group ^ (0x8000 >>> (bit & 15)) : group));
  return { groups: flipped, length };
}

function keyOf(cidr: Cidr): string {
  return cidr.groups.join();
}
