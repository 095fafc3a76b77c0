import { findNearest } from "../document/find-nearest";
import { printable, printableJson } from "../document/printable";
import { formatAmount } from "../networks/find-size-problems";
import { listRanges, type RangeStatus, shippedRanges } from "../networks/range-snapshot";
import { mergeSources, type RangeSource, sourceName } from "../networks/range-source";
import type { RangeProgress, RangeUpdate } from "../networks/update-ranges";
import type { ProjectOptions } from "../project/check-project";
import { loadInventory } from "../project/load-inventory";
import { type ProjectRangeUpdate, updateProjectRanges } from "../project/update-project-ranges";
import type { ClientMove } from "../routing/client-moves";
import { rangeSources } from "../routing/compile-routing-table";
import { percent } from "../routing/percent";
import { exitStatus, Failure } from "./failure";
import { printMessage } from "./print-message";
import { formatTable } from "./text-table";

type RangesOptions = ProjectOptions & { readonly json?: boolean };

function formatNote({ problem, stale, absent }: RangeStatus): string {
  if (problem !== undefined) return problem;
  return [stale ? "stale" : "", absent.length > 0 ? `missing ${absent.join(", ")}` : ""]
    .filter((part) => part)
    .join("; ");
}

/**
 * `ranges list`: prints the ages and sizes of the published ranges.
 *
 * @throws UnusableProject if the inventory is invalid
 */
export function rangesListCommand({ ranges = shippedRanges, json, ...options }: RangesOptions): void {
  const statuses = listRanges(ranges, rangeSources(loadInventory(options).inventory), new Date());
  if (json) {
    process.stdout.write(`${printableJson(statuses, 2)}\n`);
    return;
  }
  const rows = statuses.map((status) => [
    status.name,
    status.asOf ?? "",
    status.ageDays ?? "",
    status.entries ?? "",
    formatNote(status),
  ]);
  process.stdout.write(formatTable(["ranges", "as of", "days", "prefixes", "note"], rows));
}

/** The options of `ranges update`. */
type UpdateCommandOptions = RangesOptions & {
  readonly only?: readonly string[];
  readonly accept?: readonly string[];
  readonly allowPrivateSources?: boolean;
};

function printProgress({ name, state, entries }: RangeProgress): void {
  printMessage(`  ${name}: ${state}${entries === undefined ? "" : `, ${entries.toLocaleString("en")} prefixes`}`);
}

function printDiscarded({ name, discarded }: RangeUpdate): void {
  if (discarded === undefined) return;
  const { count, first } = discarded;
  const more = count > first.length ? [`and ${(count - first.length).toLocaleString("en")} more`] : [];
  printMessage(`  ${name}: skipped ${count.toLocaleString("en")} invalid entries`);
  for (const line of [...first, ...more]) printMessage(`    ${line}`);
}

/** The names of a source for `--only`: the one that `ranges list` prints, and a list's URL. */
function namesOf(source: RangeSource): string[] {
  return [sourceName(source), ...("url" in source ? [source.url] : [])];
}

/** Selects the sources of `--only`. @throws Failure if a name matches no source */
function selectSources(sources: readonly RangeSource[], only: readonly string[] | undefined): RangeSource[] {
  const distinct = mergeSources(sources);
  if (only === undefined) return distinct;
  const known = distinct.flatMap(namesOf);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length === 0) return distinct.filter((source) => namesOf(source).some((name) => only.includes(name)));
  const messages = unknown.map((name) => {
    const meant = findNearest(name, known);
    const hint = meant === undefined ? `the sources are ${distinct.map(sourceName).join(", ")}` : `${meant}?`;
    return `--only: unknown source ${printable(name)}: ${printable(hint)}`;
  });
  throw new Failure(exitStatus.wrongUsage, messages.join("\n"));
}

function formatMove({ from, to, family, addresses, shareOfFrom }: ClientMove): string {
  const share = from === undefined || shareOfFrom === undefined ? "" : `, ${percent(shareOfFrom)} of ${from}'s`;
  return `${from ?? "no provider"} -> ${to ?? "no provider"}: ${formatAmount(addresses)} ${family} addresses${share}`;
}

function printUpdate(updates: readonly RangeUpdate[], { moves, counts }: ProjectRangeUpdate["clients"]): void {
  const rows = updates.map(({ name, file, before, after }) => [name, file, before ?? "", after]);
  process.stdout.write(formatTable(["ranges", "file", "before", "now"], rows));
  if (moves.length === 0) return;
  const changed = counts.filter(({ gained, lost }) => gained > 0 || lost > 0);
  const clients = changed.map(({ provider, family, before, after, gained, lost }) => [
    provider,
    family,
    ...[before, after, gained, lost].map(formatAmount),
    before === 0 ? "" : percent(Math.max(gained, lost) / before),
  ]);
  process.stdout.write(
    `\n${formatTable(["provider", "addresses", "before", "now", "gained", "lost", "changed"], clients)}`,
  );
  process.stdout.write(`\n${moves.map((move) => `${printable(formatMove(move))}\n`).join("")}`);
}

/**
 * `ranges update`: fetches new published ranges, each source independently, and shows which clients move between providers.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if a name matches no source, or a source was not updated
 */
export async function rangesUpdateCommand(options: UpdateCommandOptions): Promise<void> {
  const { ranges = shippedRanges, json, accept = [], allowPrivateSources = false } = options;
  const { inventory } = loadInventory(options);
  const sources = selectSources(rangeSources(inventory), options.only);
  const { updates, problems, clients } = await updateProjectRanges(inventory, ranges, sources, {
    now: new Date(),
    allowPrivate: allowPrivateSources,
    accepted: accept,
    onProgress: printProgress,
  });
  updates.forEach(printDiscarded);
  if (json) process.stdout.write(`${printableJson({ updated: updates, kept: problems, clients }, 2)}\n`);
  else printUpdate(updates, clients);
  if (problems.length === 0) return;
  const kept = `${problems.length} of ${sources.length} sources were not updated`;
  const lines = problems.map(({ name, message }) => `  ${name}: ${message}`).join("\n");
  throw new Failure(exitStatus.refused, `${updates.length === 0 ? "nothing was written; " : ""}${kept}:\n${lines}`);
}
