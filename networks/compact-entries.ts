import { type Cidr, compareCidrs, covers, formatCidr, networkOf, parseCidr } from "./cidr";
import { type RangeEntry, RangesUnreadable } from "./range-entry";

interface Item {
  readonly cidr: Cidr;
  readonly entry: RangeEntry;
  readonly value: string;
}

/**
 * Compacts a list of prefixes: two halves of a prefix with the same value are merged, and a prefix is dropped if the next
 * shorter prefix that contains it has the same value. With longest-prefix match every address keeps its answer.
 *
 * @returns the entries that remain, ordered by address
 * @throws RangesUnreadable if one prefix has two values
 */
export function compactEntries(entries: readonly RangeEntry[]): RangeEntry[] {
  return dropCovered(joinHalves(entries)).map(({ cidr, entry }) => ({ ...entry, prefix: formatCidr(cidr) }));
}

/** A key of an entry's attributes. */
export function entryValue({ asn, country, region }: RangeEntry): string {
  const parts: string[] = [];
  if (asn !== undefined) parts.push(`asn ${asn}`);
  if (country !== undefined) parts.push(`country ${country}`);
  if (region !== undefined) parts.push(`region ${region}`);
  return parts.join(", ");
}

/** Identifies a prefix among those of one length: a number for IPv4, which is small and fast, a string for IPv6. */
type Key = number | string;

/** Merges halves, longest prefixes first, so that merged halves can merge again. */
function joinHalves(entries: readonly RangeEntry[]): Item[] {
  const byLength = groupByLength(entries);
  for (let length = byLength.length - 1; length > 0; length--) {
    const items = byLength[length] ?? new Map<Key, Item>();
    for (const [key, item] of items) {
      const siblingKey = siblingKeyOf(item.cidr);
      if (items.get(siblingKey)?.value !== item.value) continue;
      const parent = networkOf(item.cidr, length - 1);
      items.delete(key);
      items.delete(siblingKey);
      byLength[length - 1]?.set(keyOf(parent), { ...item, cidr: parent });
    }
  }
  return byLength.flatMap((items) => Array.from(items.values()));
}

function groupByLength(entries: readonly RangeEntry[]): Map<Key, Item>[] {
  const byLength = Array.from({ length: 129 }, () => new Map<Key, Item>());
  for (const entry of entries) {
    const cidr = parseCidr(entry.prefix);
    const items = byLength[cidr.length];
    const value = entryValue(entry);
    const key = keyOf(cidr);
    const known = items?.get(key);
    if (known !== undefined && known.value !== value) {
      throw new RangesUnreadable(`${entry.prefix} is listed twice, with "${known.value}" and with "${value}"`);
    }
    items?.set(key, { cidr, entry, value });
  }
  return byLength;
}

/** Drops prefixes with the same value as their nearest covering prefix. */
function dropCovered(items: Item[]): Item[] {
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

/** The key of the other half of the prefix that is one bit shorter. */
function siblingKeyOf({ groups, length }: Cidr): Key {
  const bit = length - 1;
  const flipped = groups.map((group, index) => (index === bit >>> 4 ? group ^ (0x8000 >>> (bit & 15)) : group));
  return keyOf({ groups: flipped, length });
}

function keyOf({ groups }: Cidr): Key {
  return groups.length === 2 ? (groups[0] ?? 0) * 0x10000 + (groups[1] ?? 0) : groups.join();
}
