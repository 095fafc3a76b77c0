import type { Inventory } from "../inventory/inventory";
import { formatAmount } from "../networks/find-size-problems";
import type { RangeCandidate, RangeObjection } from "../networks/update-ranges";
import { overLimit, smallShare } from "../routing/claim-conflicts";
import { clientMoves, type Owners, ownersOf } from "../routing/client-moves";
import { type ReadEntries, readingWith } from "../routing/network-layers";
import { percent } from "../routing/percent";

/**
 * Finds reasons to refuse sources' new ranges: a provider would claim more than its limit, or a list would take other providers'
 * clients. Each list is compared with everything fetched with it, so the very first update is checked too.
 *
 * @param read the current ranges. Missing ones are empty.
 */
export function reviewRanges(
  inventory: Inventory,
  read: ReadEntries,
  candidates: readonly RangeCandidate[],
): Map<RangeCandidate, RangeObjection[]> {
  const lists = candidates.filter(isList);
  let reading = candidates.filter((one) => !isList(one)).reduce(withCandidate, read);
  const objections = new Map(
    candidates.map((one) => [one, limitObjections(inventory, read, withCandidate(read, one))] as const),
  );
  let present = lists.length > 0 ? ownersOf(inventory, reading, countriesAside) : undefined;
  for (const list of lists) {
    const next = withCandidate(reading, list);
    const after = ownersOf(inventory, next, countriesAside);
    const moves = present === undefined ? [] : moveObjections(present, after);
    objections.get(list)?.push(...moves);
    if (moves.length > 0) continue;
    reading = next;
    present = after;
  }
  return objections;
}

/** Clients that a provider has only by country may move to any provider with a more specific claim. */
const countriesAside = false;

function isList({ source: { kind } }: RangeCandidate): boolean {
  return kind === "cidr-list" || kind === "geofeed";
}

function withCandidate(read: ReadEntries, { source, snapshot }: RangeCandidate): ReadEntries {
  return readingWith(read, source, snapshot.entries);
}

/** Refuses only the growth of a provider's share. `validate` reports the rest. */
function limitObjections(inventory: Inventory, before: ReadEntries, after: ReadEntries): RangeObjection[] {
  const present = overLimit(inventory, before);
  return overLimit(inventory, after).flatMap(({ provider: { key, atMost }, family, share }) => {
    const was = present.find((one) => one.provider.key === key && one.family === family)?.share ?? 0;
    if (share <= was) return [];
    const message = `${key} would claim ${percent(share)} of ${family}; its limit is ${percent(atMost)} (\`at-most\` in the inventory)`;
    return [{ message, acceptable: false }];
  });
}

function moveObjections(before: Owners, after: Owners): RangeObjection[] {
  return clientMoves(before, after).moves.flatMap(({ from, to, family, addresses, shareOfFrom = 0 }) => {
    if (from === undefined || to === undefined || shareOfFrom <= smallShare) return [];
    const message = `${to} would take ${percent(shareOfFrom)} of ${from}'s ${family} addresses (${formatAmount(addresses)})`;
    return [{ message, acceptable: true }];
  });
}
