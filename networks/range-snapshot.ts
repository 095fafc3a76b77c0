import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RangeEntry, RangesUnreadable } from "./range-entry";
import { distinctSources, type RangeSource, snapshotFile, sourceName } from "./range-source";
import { parseSnapshot, type RangeSnapshot } from "./snapshot-text";
import { staleAfterDays } from "./stale-after";

export type { RangeSnapshot } from "./snapshot-text";

/** The directory of the snapshots that the project carries. */
export const shippedRanges = join(__dirname, "ranges");

/** A snapshot's status. */
export interface RangeStatus {
  readonly source: RangeSource;
  /** As {@link sourceName} has it. */
  readonly name: string;
  /** The file's name in the directory of snapshots. */
  readonly file: string;
  /** Whether the file is not there. */
  readonly missing: boolean;
  /** What keeps the file, missing or damaged, from being read, and the fix. The fields below are then empty. */
  readonly problem?: string;
  /** `YYYY-MM-DD` */
  readonly asOf?: string;
  readonly ageDays?: number;
  /** The number of prefixes. */
  readonly entries?: number;
  /** Whether it is more than {@link staleAfterDays} days old. */
  readonly stale: boolean;
  /** Of a source of ASNs or countries: those wanted of which the file has no prefix, as `AS64500` or `CN`. */
  readonly absent: readonly string[];
}

const dayMilliseconds = 86_400_000;

/**
 * Reads a source's snapshot. Of the shared files of ASNs and countries, only the entries that the source names are given.
 *
 * @param directory the directory of snapshots
 * @throws RangesUnreadable where the file is missing or damaged, with the fix
 */
export function readRanges(directory: string, source: RangeSource): RangeSnapshot {
  const file = join(directory, snapshotFile(source));
  const snapshot = readSnapshot(file, source);
  return { ...snapshot, entries: snapshot.entries.filter(wantedBy(source)) };
}

/** The snapshot statuses of sources, one per file. */
export function listRanges(directory: string, sources: readonly RangeSource[], now: Date): RangeStatus[] {
  return distinctSources(sources).map((source) => statusOf(directory, source, now));
}

function statusOf(directory: string, source: RangeSource, now: Date): RangeStatus {
  const named = { source, name: sourceName(source), file: snapshotFile(source) };
  try {
    const { asOf, entries } = readRanges(directory, source);
    const ageDays = Math.floor((now.getTime() - Date.parse(asOf)) / dayMilliseconds);
    const stale = ageDays > staleAfterDays;
    return {
      ...named,
      missing: false,
      asOf,
      ageDays,
      entries: entries.length,
      stale,
      absent: absentFrom(source, entries),
    };
  } catch (error) {
    if (!(error instanceof RangesUnreadable)) throw error;
    const missing = !existsSync(join(directory, named.file));
    return { ...named, missing, problem: error.message, stale: false, absent: absentFrom(source, []) };
  }
}

function readSnapshot(file: string, source: RangeSource): RangeSnapshot {
  if (!existsSync(file)) {
    throw new RangesUnreadable(
      `the ranges of ${sourceName(source)} are not in ${file}: run \`mirrorform ranges update\``,
    );
  }
  try {
    return parseSnapshot(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof RangesUnreadable)) throw error;
    throw new RangesUnreadable(
      `${file}: ${error.message}; take it from version control again, or delete it and run \`mirrorform ranges update\``,
    );
  }
}

/** Of the shared files of ASNs and countries, the entries that a source names; of all others every entry. */
export function wantedBy(source: RangeSource): (entry: RangeEntry) => boolean {
  if (source.kind === "asn") {
    const asns = new Set(source.asns);
    return ({ asn }) => asn !== undefined && asns.has(asn);
  }
  if (source.kind === "country") {
    const countries = new Set(source.countries);
    return ({ country }) => country !== undefined && countries.has(country);
  }
  return () => true;
}

function absentFrom(source: RangeSource, entries: readonly RangeEntry[]): string[] {
  if (source.kind === "asn") {
    const present = new Set(entries.map(({ asn }) => asn));
    return source.asns.filter((asn) => !present.has(asn)).map((asn) => `AS${asn}`);
  }
  if (source.kind === "country") {
    const present = new Set(entries.map(({ country }) => country));
    return source.countries.filter((country) => !present.has(country));
  }
  return [];
}
