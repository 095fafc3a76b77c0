import type { Problem } from "../document/problem";
import type { RuleEntry } from "../document/rule";
import type { Inventory } from "../inventory/inventory";
import { formatAmount } from "../networks/find-size-problems";
import { type ClaimConflict, claimConflicts, overLimit, smallShare } from "../routing/claim-conflicts";
import { type ReadEntries, readingFrom } from "../routing/network-layers";
import { percent } from "../routing/percent";
import type { PlaceProblem } from "./deployment-problems";
import { projectRules } from "./project-rules";

/** A problem with a provider's networks, at their place in the inventory. */
function problem(
  place: PlaceProblem,
  provider: string,
  { id: rule, severity }: RuleEntry,
  message: string,
  fix: string,
): Problem {
  return place({ rule, severity, message, fix }, ["providers", provider, "networks"], "key");
}

/** The external providers that claim more than their limits. @param ranges the directory of the published ranges, all readable */
export function limitProblems(place: PlaceProblem, inventory: Inventory, ranges: string): Problem[] {
  return overLimit(inventory, readingFrom(ranges)).map(({ provider: { key, atMost }, family, share }) =>
    problem(
      place,
      key,
      projectRules.overLimit,
      `the networks of ${key} cover ${percent(share)} of ${family}, and may cover at most ${percent(atMost)}`,
      `Name fewer networks; if ${key} is that large, write \`at-most: ${roundedUp(share)}\` there.`,
    ),
  );
}

/** To two digits. */
function roundedUp(share: number): number {
  const digits = 1 - Math.floor(Math.log10(share));
  return Math.min(1, Math.ceil(share * 10 ** digits) / 10 ** digits);
}

/** The clients that several providers claim. @param ranges the directory of the published ranges, all readable */
export function conflictProblems(place: PlaceProblem, inventory: Inventory, ranges: string): Problem[] {
  return tellingConflicts(inventory, readingFrom(ranges)).map((conflict) =>
    conflict.moves
      ? problem(place, conflict.claimant, projectRules.overlap, movesMessage(conflict), moveFix(conflict))
      : problem(place, conflict.claimant, projectRules.insideFeed, feedMessage(conflict), feedFix(conflict)),
  );
}

/** Leaves out small conflicts, because lists and ASNs always differ a little; but not those of prefixes, which somebody wrote on purpose. */
function tellingConflicts(inventory: Inventory, read: ReadEntries): ClaimConflict[] {
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

function movesMessage({ claimant, other, by, family, addresses, share }: ClaimConflict): string {
  return `the prefixes and lists of ${claimant} cover ${percent(share)} of what ${other} has by its ${by} in ${family}, ${formatAmount(addresses)} ${addresses === 1 ? "address" : "addresses"}: these clients are ${claimant}'s, not ${other}'s`;
}

function moveFix({ claimant, other }: ClaimConflict): string {
  return `Ask ${other} whether that is right; if not, remove the prefixes or the list from the networks of ${claimant}.`;
}

function feedMessage({ claimant, other, family, addresses, share }: ClaimConflict): string {
  return `the prefixes and lists of ${claimant} cover ${percent(share)} of the feed of ${other} in ${family}, ${formatAmount(addresses)} addresses: these clients remain ${other}'s`;
}

function feedFix({ claimant, other }: ClaimConflict): string {
  return `Remove them from the networks of ${claimant}; if ${other} agrees that they are ${claimant}'s, add \`inside:\` with the name of the feed.`;
}
