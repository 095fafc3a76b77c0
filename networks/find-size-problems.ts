import { addressBits, type Cidr, compareCidrs, covers, parseCidr } from "./cidr";
import { findLabelsAround } from "./find-labels-around";
import type { RangeEntry } from "./range-entry";

/** How far a source may change between two snapshots: a third. Providers change by a few percent a month. */
const largestChange = 1 / 3;

/** Each value is compared separately, so that one family's addresses cannot hide changes of the other's. */
interface Size {
  readonly prefixes: number;
  readonly "IPv4 addresses": number;
  readonly "IPv6 addresses": number;
}

/**
 * Compares two compact lists of one source. A truncated list, or a change of format that the reader does not support,
 * changes the size; a wrong list has many new addresses.
 *
 * @returns changes of more than a third, as text; empty if there are none
 */
export function findSizeProblems(before: readonly RangeEntry[], after: readonly RangeEntry[]): string[] {
  const was = measureSize(before);
  const is = measureSize(after);
  const common = measureCommonSize(before, after);
  return (Object.keys(was) as (keyof Size)[]).flatMap((measure) => {
    const limit = was[measure] * largestChange;
    if (Math.abs(is[measure] - was[measure]) > limit) {
      const direction = is[measure] < was[measure] ? "shrank" : "grew";
      return [
        `${measure} ${direction} by more than a third, from ${formatAmount(was[measure])} to ${formatAmount(is[measure])}`,
      ];
    }
    if (measure === "prefixes" || is[measure] - common[measure] <= limit) return [];
    return [
      `more than a third of the ${measure} are new, ${formatAmount(is[measure] - common[measure])} of ${formatAmount(is[measure])}`,
    ];
  });
}

/** Measures a list: its prefixes, and its addresses in each family. Overlapping prefixes are counted once. */
export function measureSize(entries: readonly RangeEntry[]): Size {
  return { prefixes: entries.length, ...countAddresses(dropCovered(entries)) };
}

function measureCommonSize(left: readonly RangeEntry[], right: readonly RangeEntry[]): Omit<Size, "prefixes"> {
  const [ours, theirs] = [dropCovered(left), dropCovered(right)];
  const [inTheirs, inOurs] = [findCoveringLengths(ours, theirs), findCoveringLengths(theirs, ours)];
  const within = ours.filter((_, index) => inTheirs[index] !== undefined);
  // Prefixes that both lists have are already counted.
  const longer = theirs.filter((cidr, index) => (inOurs[index] ?? 128) < cidr.length);
  return countAddresses([...within, ...longer]);
}

/** For each prefix, the length of the prefix in another list that covers it. */
function findCoveringLengths(prefixes: readonly Cidr[], others: readonly Cidr[]): (number | undefined)[] {
  return findLabelsAround(
    prefixes,
    others.map((cidr) => ({ cidr, label: cidr.length })),
  );
}

/** Drops prefixes that another prefix in the list covers. */
function dropCovered(entries: readonly RangeEntry[]): Cidr[] {
  const kept: Cidr[] = [];
  for (const cidr of entries.map(({ prefix }) => parseCidr(prefix)).sort(compareCidrs)) {
    const last = kept.at(-1);
    if (last === undefined || !covers(last, cidr)) kept.push(cidr);
  }
  return kept;
}

function countAddresses(prefixes: readonly Cidr[]): Omit<Size, "prefixes"> {
  const addresses = { 32: 0, 128: 0 };
  for (const cidr of prefixes) addresses[addressBits(cidr)] += 2 ** (addressBits(cidr) - cidr.length);
  return { "IPv4 addresses": addresses[32], "IPv6 addresses": addresses[128] };
}

/** Formats a number of addresses: IPv6 has too many to write out. */
export function formatAmount(count: number): string {
  return count < 1e15 ? count.toLocaleString("en-GB") : count.toExponential(2);
}
