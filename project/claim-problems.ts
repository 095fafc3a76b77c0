import type { Problem } from "../document/problem";
import type { RuleEntry } from "../document/rule";
import type { Inventory } from "../inventory/inventory";
import { formatAmount } from "../networks/find-size-problems";
import { type ClaimConflict, claimConflicts, overLimit, smallShare } from "../routing/claim-conflicts";
import { type ReadEntries, readingFrom } from "../routing/network-layers";
import { percent } from "../routing/percent";
import type { PlaceProblem } from "./deployment-problems";
import { projectRules } from "./project-rules";

/** Locates a problem at the networks of a provider. */
function placeProblem(
  place: PlaceProblem,
  provider: string,
  { id: rule, severity }: RuleEntry,
  message: string,
  fix: string,
): Problem {
  return place({ rule, severity, message, fix }, ["providers", provider, "networks"], "key");
}

/** Finds the external providers that claim more than their limit. @param ranges the directory of the published ranges, all readable */
export function findLimitProblems(place: PlaceProblem, inventory: Inventory, ranges: string): Problem[] {
  return overLimit(inventory, readingFrom(ranges)).map(({ provider: { key, atMost }, family, share }) =>
    placeProblem(
      place,
      key,
      projectRules.overLimit,
      `the networks of ${key} cover ${percent(share)} of ${family}; the limit is ${percent(atMost)}`,
      `List fewer networks. If ${key} really is that large, set \`at-most: ${roundUp(share)}\`.`,
    ),
  );
}

/** Rounds up to two significant digits, at most to 1. */
function roundUp(share: number): number {
  const digits = 1 - Math.floor(Math.log10(share));
  return Math.min(1, Math.ceil(share * 10 ** digits) / 10 ** digits);
}

/** Finds the clients that more than one provider claims. @param ranges the directory of the published ranges, all readable */
export function findConflictProblems(place: PlaceProblem, inventory: Inventory, ranges: string): Problem[] {
  return findRelevantConflicts(inventory, readingFrom(ranges)).map((conflict) =>
    conflict.moves
      ? placeProblem(place, conflict.claimant, projectRules.overlap, describeMove(conflict), suggestMoveFix(conflict))
      : placeProblem(
          place,
          conflict.claimant,
          projectRules.insideFeed,
          describeFeedClaim(conflict),
          suggestFeedFix(conflict),
        ),
  );
}

/** Ignores small conflicts, because lists and ASNs always differ a little. Reports every conflict of prefixes, which were written on purpose. */
function findRelevantConflicts(inventory: Inventory, read: ReadEntries): ClaimConflict[] {
  const large = claimConflicts(inventory, read).filter(
    ({ by, moves, share }) => share > smallShare || by === "lists" || !moves,
  );
  const hasPrefixes = inventory.providers.some(({ networks }) => networks.some(({ kind }) => kind === "prefixes"));
  if (!hasPrefixes) return large;
  const isNew = (one: ClaimConflict): boolean =>
    !large.some(({ claimant, other, by, family }) =>
      [claimant === one.claimant, other === one.other, by === one.by, family === one.family].every(Boolean),
    );
  const written = claimConflicts(inventory, read, ["prefixes"]).filter(({ by }) => by === "ASNs");
  return [...large, ...written.filter(isNew)];
}

function describeMove({ claimant, other, by, family, addresses, share }: ClaimConflict): string {
  return `the prefixes and lists of ${claimant} cover ${percent(share)} of what ${other} claims by its ${by} in ${family}, ${formatAmount(addresses)} ${addresses === 1 ? "address" : "addresses"}: these clients count as ${claimant}'s, not ${other}'s`;
}

function suggestMoveFix({ claimant, other }: ClaimConflict): string {
  return `Check with ${other}. If this is wrong, remove the prefixes or the list from the networks of ${claimant}.`;
}

function describeFeedClaim({ claimant, other, family, addresses, share }: ClaimConflict): string {
  return `the prefixes and lists of ${claimant} cover ${percent(share)} of the feed of ${other} in ${family}, ${formatAmount(addresses)} addresses: these clients still count as ${other}'s`;
}

function suggestFeedFix({ claimant, other }: ClaimConflict): string {
  return `Remove them from the networks of ${claimant}. If ${other} confirms that they belong to ${claimant}, add \`inside:\` with the name of the feed.`;
}
