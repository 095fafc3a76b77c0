import { addressBits, type Cidr, compareCidrs, covers, parseCidr } from "./cidr";
import { labelsAround } from "./labels-around";
import type { RangeEntry } from "./range-entry";

/** How far a source may change between two snapshots: a third. Providers change by a few percent a month. */
const largestChange = 1 / 3;

/** Each of these is compared by itself, so that one family's addresses cannot hide what happens to the other's. */
interface Size {
  readonly prefixes: number;
  readonly "IPv4 addresses": number;
  readonly "IPv6 addresses": number;
}

/**
 * Compares two compact lists of one source. A list that was cut off, or a change at the publisher that its reader does
 * not understand, shows in the size; a wrong list shows as many new addresses.
 *
 * @returns changes of more than a third, as text; empty if there are none
 */
export function sizeProblems(before: readonly RangeEntry[], after: readonly RangeEntry[]): string[] {
  const was = sizeOf(before);
  const is = sizeOf(after);
  const common = sizeOfCommon(before, after);
  return (Object.keys(was) as (keyof Size)[]).flatMap((measure) => {
    const limit = was[measure] * largestChange;
    if (Math.abs(is[measure] - was[measure]) > limit) {
      const direction = is[measure] < was[measure] ? "shrank" : "grew";
      return [`${measure} ${direction} by more than a third, from ${amount(was[measure])} to ${amount(is[measure])}`];
    }
    if (measure === "prefixes" || is[measure] - common[measure] <= limit) return [];
    return [
      `more than a third of the ${measure} are new, ${amount(is[measure] - common[measure])} of ${amount(is[measure])}`,
    ];
  });
}

/** The addresses of a list, in each family. Addresses that several prefixes hold count once. */
export function sizeOf(entries: readonly RangeEntry[]): Size {
  return { prefixes: entries.length, ...addressesOf(outermost(entries)) };
}

function sizeOfCommon(left: readonly RangeEntry[], right: readonly RangeEntry[]): Omit<Size, "prefixes"> {
  const [ours, theirs] = [outermost(left), outermost(right)];
  const [inTheirs, inOurs] = [inside(ours, theirs), inside(theirs, ours)];
  const within = ours.filter((_, index) => inTheirs[index] !== undefined);
  // Prefixes that both lists have are already counted.
  const longer = theirs.filter((cidr, index) => (inOurs[index] ?? 128) < cidr.length);
  return addressesOf([...within, ...longer]);
}

/** For each prefix, the length of the prefix in another list that covers it. */
function inside(prefixes: readonly Cidr[], others: readonly Cidr[]): (number | undefined)[] {
  return labelsAround(
    prefixes,
    others.map((cidr) => ({ cidr, label: cidr.length })),
  );
}

/** The prefixes that no other in the list covers. */
function outermost(entries: readonly RangeEntry[]): Cidr[] {
  const kept: Cidr[] = [];
  for (const cidr of entries.map(({ prefix }) => parseCidr(prefix)).sort(compareCidrs)) {
    const last = kept.at(-1);
    if (last === undefined || !covers(last, cidr)) kept.push(cidr);
  }
  return kept;
}

function addressesOf(prefixes: readonly Cidr[]): Omit<Size, "prefixes"> {
  const addresses = { 32: 0, 128: 0 };
  for (const cidr of prefixes) addresses[addressBits(cidr)] += 2 ** (addressBits(cidr) - cidr.length);
  return { "IPv4 addresses": addresses[32], "IPv6 addresses": addresses[128] };
}

/** A number of addresses, for people: IPv6 has too many to write out. */
export function amount(count: number): string {
  return count < 1e15 ? count.toLocaleString("en-GB") : count.toExponential(2);
}
