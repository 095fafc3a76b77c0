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

const fix = "Run `mirrorform ranges update`, and have the new files reviewed.";

/** One warning for all old files, at the oldest: they are fetched together. @param directory of the snapshots */
export function staleProblems(directory: string, statuses: readonly RangeStatus[]): Problem[] {
  const stale = statuses.filter((status) => status.stale).sort((a, b) => (b.ageDays ?? 0) - (a.ageDays ?? 0));
  const [oldest] = stale;
  if (!oldest) return [];
  const others = stale.length > 1 ? ` and of ${stale.length - 1} more` : "";
  const { id: rule, severity } = projectRules.stale;
  const message = `The ranges of ${oldest.name}${others} are over ${staleAfterDays} days old (the oldest ${oldest.ageDays} days): networks added since are not known.`;
  const file = relative(process.cwd(), join(directory, oldest.file));
  return [{ file, line: 1, column: 1, severity, rule, message, fix, excerpt: "" }];
}

/**
 * The sources that are missing or have no prefixes for what the inventory names, at the entries that name them.
 *
 * @param written the inventory, which has no errors
 */
export function unusableProblems(status: RangeStatus, written: Draft, place: PlaceProblem): Problem[] {
  const { source, problem, absent } = status;
  const claims = claimsOf(written, source);
  if (problem !== undefined) {
    const { id: rule, severity } = projectRules.unreadable;
    return [place({ rule, severity, message: problem, fix }, claims[0]?.path ?? ["providers"], "value")];
  }
  const { id: rule, severity } = projectRules.absent;
  return claims.flatMap(({ path, named }) => {
    const unknown = named.filter((each) => absent.includes(each));
    const message = `no prefix of ${unknown.join(", ")} is known`;
    return unknown.length === 0 ? [] : [place({ rule, severity, message, fix }, path, "value")];
  });
}

/** A place at which the inventory names a source. */
interface Claim {
  readonly path: Path;
  /** The ASNs or countries there, as {@link RangeStatus} has them. */
  readonly named: readonly string[];
}

function claimsOf(written: Draft, source: RangeSource): Claim[] {
  const claims = clientListsOf(written).flatMap(({ path, entries }) =>
    entries
      .filter(([, entry]) => isOf(source, entry))
      .map(([index, entry]) => ({ path: [...path, index], named: namedBy(entry) })),
  );
  const byDefault = [...defaultFeeds(membersOf(written.providers))]
    .filter(([, feed]) => source.kind === "feed" && source.feed === feed)
    .map(([key]) => ({ path: ["providers", key, "cloud"], named: [] }));
  return [...claims, ...byDefault];
}

function isOf(source: RangeSource, entry: DraftClients): boolean {
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

function namedBy(entry: DraftClients): string[] {
  if ("asn" in entry) return (entry.asn ?? []).map((asn) => `AS${asn}`);
  return "country" in entry ? (entry.country ?? []).flatMap((country) => country ?? []) : [];
}
