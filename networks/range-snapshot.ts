import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RangeEntry, RangesUnreadable } from "./range-entry";
import { mergeSources, type RangeSource, snapshotFileName, sourceName } from "./range-source";
import { parseSnapshot, type RangeSnapshot } from "./snapshot-text";
import { staleAfterDays } from "./stale-after";

export type { RangeSnapshot } from "./snapshot-text";

/** The directory of the snapshots in this repository. */
export const shippedRanges = join(__dirname, "ranges");

/** A snapshot's status. */
export interface RangeStatus {
  readonly source: RangeSource;
  /** From {@link sourceName}. */
  readonly name: string;
  /** The file's name in the directory of snapshots. */
  readonly file: string;
  /** Whether the file does not exist. */
  readonly missing: boolean;
  /** Why the missing or damaged file cannot be read, and the fix. The fields below are then empty. */
  readonly problem?: string;
  /** `YYYY-MM-DD` */
  readonly asOf?: string;
  readonly ageDays?: number;
  /** The number of prefixes. */
  readonly entries?: number;
  /** Whether it is more than {@link staleAfterDays} days old. */
  readonly stale: boolean;
  /** ASNs or countries of the source without a prefix in the file, such as `AS64500` or `CN`. */
  readonly absent: readonly string[];
}

const dayMilliseconds = 86_400_000;

/**
 * Reads a source's snapshot. From the shared files of ASNs and countries, only reads the entries of the source.
 *
 * @param directory the directory of snapshots
 * @throws RangesUnreadable if the file is missing or damaged, with the fix
 */
export function readRanges(directory: string, source: RangeSource): RangeSnapshot {
  const file = join(directory, snapshotFileName(source));
  const snapshot = readSnapshot(file, source);
  return { ...snapshot, entries: snapshot.entries.filter(selectEntries(source)) };
}

/** The snapshot statuses of sources, one per file. */
export function listRanges(directory: string, sources: readonly RangeSource[], now: Date): RangeStatus[] {
  return mergeSources(sources).map((source) => readStatus(directory, source, now));
}

function readStatus(directory: string, source: RangeSource, now: Date): RangeStatus {
  const identity = { source, name: sourceName(source), file: snapshotFileName(source) };
  try {
    const { asOf, entries } = readRanges(directory, source);
    const ageDays = Math.floor((now.getTime() - Date.parse(asOf)) / dayMilliseconds);
    const stale = ageDays > staleAfterDays;
    return {
      ...identity,
      missing: false,
      asOf,
      ageDays,
      entries: entries.length,
      stale,
      absent: findAbsent(source, entries),
    };
  } catch (error) {
    if (!(error instanceof RangesUnreadable)) throw error;
    const missing = !existsSync(join(directory, identity.file));
    return { ...identity, missing, problem: error.message, stale: false, absent: findAbsent(source, []) };
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
      `${file}: ${error.message}; restore it from version control, or delete it and run \`mirrorform ranges update\``,
    );
  }
}

/** Selects the entries of a source in the shared files of ASNs and countries; in other files every entry. */
export function selectEntries(source: RangeSource): (entry: RangeEntry) => boolean {
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

function findAbsent(source: RangeSource, entries: readonly RangeEntry[]): string[] {
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
