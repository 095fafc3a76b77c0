import type { PlaceProblem } from "../inventory/deployment-problems";
import type { Inventory } from "../inventory/inventory";
import type { Problem } from "../inventory/problem";
import { projectRules } from "../inventory/rules/project-rules";
import type { RuleEntry } from "../inventory/rules/rule";
import { amount } from "../networks/size-problems";
import { type ClaimConflict, claimConflicts, overLimit, SMALL_SHARE } from "../routing/claim-conflicts";
import { readingFrom } from "../routing/network-layers";
import { percent } from "../routing/percent";

/** What is wrong with the networks of a provider, at their place in the inventory. */
function problem(
  place: PlaceProblem,
  provider: string,
  { id: rule, severity }: RuleEntry,
  message: string,
  wayOut: string,
): Problem {
  return place({ rule, severity, message, wayOut }, ["providers", provider, "networks"], "key");
}

/** What external providers claim beyond their limits. @param ranges the directory of the published ranges, all readable */
export function limitProblems(place: PlaceProblem, inventory: Inventory, ranges: string): Problem[] {
  return overLimit(inventory, readingFrom(ranges)).map(({ provider: { key, atMost }, family, share }) =>
    problem(
      place,
      key,
      projectRules.overLimit,
      `the networks of ${key} cover ${percent(share)} of ${family}, and may cover ${percent(atMost)}`,
      `Name fewer of them; if ${key} is that large, write \`at-most: ${roundedUp(share)}\` at it.`,
    ),
  );
}

/** Two digits, and not below. */
function roundedUp(share: number): number {
  const digits = 1 - Math.floor(Math.log10(share));
  return Math.min(1, Math.ceil(share * 10 ** digits) / 10 ** digits);
}

/** What several providers claim at once. @param ranges the directory of the published ranges, all readable */
export function conflictProblems(place: PlaceProblem, inventory: Inventory, ranges: string): Problem[] {
  return claimConflicts(inventory, readingFrom(ranges))
    .filter(({ by, share }) => by !== "ASNs" || share > SMALL_SHARE)
    .map((conflict) =>
      conflict.moves
        ? problem(place, conflict.claimant, projectRules.overlap, movesMessage(conflict), movesWayOut(conflict))
        : problem(place, conflict.claimant, projectRules.insideFeed, feedMessage(conflict), feedWayOut(conflict)),
    );
}

function movesMessage({ claimant, other, by, family, addresses, share }: ClaimConflict): string {
  return `the prefixes and lists of ${claimant} cover ${percent(share)} of what ${other} has by its ${by} in ${family}, ${amount(addresses)} addresses: these clients are ${claimant}'s, not ${other}'s`;
}

function movesWayOut({ claimant, other }: ClaimConflict): string {
  return `Ask ${other} whether that is right; if it is not, take the prefixes or the list out of the networks of ${claimant}.`;
}

function feedMessage({ claimant, other, family, addresses, share }: ClaimConflict): string {
  return `the prefixes and lists of ${claimant} cover ${percent(share)} of the feed of ${other} in ${family}, ${amount(addresses)} addresses: these clients remain ${other}'s`;
}

function feedWayOut({ claimant, other }: ClaimConflict): string {
  return `Take them out of the networks of ${claimant}; if ${other} agrees that they are ${claimant}'s, add \`inside:\` with the name of the feed.`;
}
