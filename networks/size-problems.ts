import { addressBits, type Cidr, compareCidrs, covers, parseCidr } from "./cidr";
import type { RangeEntry } from "./range-entry";

/** How far a source may shrink or grow between two snapshots: a third (issue 3). Providers change by a few percent a month. */
const LARGEST_CHANGE = 1 / 3;

/** Each of these is compared by itself, so that one family's addresses cannot hide what happens to the other's. */
interface Size {
  readonly prefixes: number;
  readonly "IPv4 addresses": number;
  readonly "IPv6 addresses": number;
}

/**
 * Compares two compact lists of one source. A list that was cut off, or a change at the publisher that its reader does
 * not understand, shows in the size.
 *
 * @returns what changed by more than a third, in words; nothing where all is well
 */
export function sizeProblems(before: readonly RangeEntry[], after: readonly RangeEntry[]): string[] {
  const was = sizeOf(before);
  const is = sizeOf(after);
  return (Object.keys(was) as (keyof Size)[])
    .filter((measure) => was[measure] > 0 && Math.abs(is[measure] - was[measure]) > was[measure] * LARGEST_CHANGE)
    .map((measure) => {
      const direction = is[measure] < was[measure] ? "shrank" : "grew";
      return `${measure} ${direction} by more than a third, from ${amount(was[measure])} to ${amount(is[measure])}`;
    });
}

/** Addresses that several prefixes hold count once. */
function sizeOf(entries: readonly RangeEntry[]): Size {
  const addresses = { 32: 0, 128: 0 };
  let outermost: Cidr | undefined;
  for (const cidr of entries.map(({ prefix }) => parseCidr(prefix)).sort(compareCidrs)) {
    if (outermost !== undefined && covers(outermost, cidr)) continue;
    outermost = cidr;
    addresses[addressBits(cidr)] += 2 ** (addressBits(cidr) - cidr.length);
  }
  return { prefixes: entries.length, "IPv4 addresses": addresses[32], "IPv6 addresses": addresses[128] };
}

function amount(count: number): string {
  return count < 1e15 ? count.toLocaleString("en-GB") : count.toExponential(2);
}
