import { join, relative } from "node:path";
import { membersOf } from "../document/draft";
import type { Path } from "../document/path";
import type { Problem } from "../document/problem";
import { defaultFeeds } from "../inventory/default-feeds";
import { clientListsOf, type Draft, type DraftClients } from "../inventory/draft";
import type { RangeStatus } from "../networks/range-snapshot";
import type { RangeSource } from "../networks/range-source";
import { staleAfterDays } from "../networks/stale-after";
import type { PlaceProblem } from "./deployment-problems";
import { projectRules } from "./project-rules";

const fix = "Run `mirrorform ranges update`, and commit the new files for review.";

/** Makes one warning for all old files, at the oldest, because they are updated together. @param directory of the snapshots */
export function findStaleProblems(directory: string, statuses: readonly RangeStatus[]): Problem[] {
  const stale = statuses.filter((status) => status.stale).sort((a, b) => (b.ageDays ?? 0) - (a.ageDays ?? 0));
  const [oldest] = stale;
  if (!oldest) return [];
  const others = stale.length > 1 ? ` and of ${stale.length - 1} more` : "";
  const { id: rule, severity } = projectRules.stale;
  const message = `The ranges of ${oldest.name}${others} are over ${staleAfterDays} days old (the oldest ${oldest.ageDays} days): networks added since then are missing.`;
  const file = relative(process.cwd(), join(directory, oldest.file));
  return [{ file, line: 1, column: 1, severity, rule, message, fix, excerpt: "" }];
}

/**
 * Finds sources that are missing, or that have no prefixes for what the inventory names. Reports them at the entries that name them.
 *
 * @param written the inventory, which has no errors
 */
export function findUnusableProblems(status: RangeStatus, written: Draft, place: PlaceProblem): Problem[] {
  const { source, problem, absent } = status;
  const claims = findClaims(written, source);
  if (problem !== undefined) {
    const { id: rule, severity } = projectRules.unreadable;
    return [place({ rule, severity, message: problem, fix }, claims[0]?.path ?? ["providers"], "value")];
  }
  const { id: rule, severity } = projectRules.absent;
  return claims.flatMap(({ path, named }) => {
    const unknown = named.filter((each) => absent.includes(each));
    const message = `no prefixes are known for ${unknown.join(", ")}`;
    return unknown.length === 0 ? [] : [place({ rule, severity, message, fix }, path, "value")];
  });
}

/** An entry of the inventory that names a source. */
interface Claim {
  readonly path: Path;
  /** The ASNs or countries of the entry, as in {@link RangeStatus}. */
  readonly named: readonly string[];
}

function findClaims(written: Draft, source: RangeSource): Claim[] {
  const claims = clientListsOf(written).flatMap(({ path, entries }) =>
    entries
      .filter(([, entry]) => namesSource(source, entry))
      .map(([index, entry]) => ({ path: [...path, index], named: listNames(entry) })),
  );
  const byDefault = [...defaultFeeds(membersOf(written.providers))]
    .filter(([, feed]) => source.kind === "feed" && source.feed === feed)
    .map(([key]) => ({ path: ["providers", key, "cloud"], named: [] }));
  return [...claims, ...byDefault];
}

function namesSource(source: RangeSource, entry: DraftClients): boolean {
  switch (source.kind) {
    case "feed":
      return "feed" in entry && entry.feed === source.feed;
    case "cidr-list":
      return "cidr-list" in entry && entry["cidr-list"] === source.url;
    case "geofeed":
      return "geofeed" in entry && entry.geofeed === source.url;
    default:
      return source.kind in entry;
  }
}

function listNames(entry: DraftClients): string[] {
  if ("asn" in entry) return (entry.asn ?? []).map((asn) => `AS${asn}`);
  return "country" in entry ? (entry.country ?? []).flatMap((country) => country ?? []) : [];
}
