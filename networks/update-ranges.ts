import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { compactEntries, entryValue } from "./compact-entries";
import { DownloadFailed, download } from "./download";
import { type RangeEntry, RangesUnreadable } from "./range-entry";
import { readRanges } from "./range-snapshot";
import {
  distinctSources,
  type Feed,
  type FeedName,
  feeds,
  iptoasn,
  type RangeSource,
  snapshotFile,
  sourceName,
} from "./range-source";
import { readCidrList } from "./readers/cidr-list";
import { readGeofeed } from "./readers/geofeed";
import { readIptoasn } from "./readers/iptoasn";
import { replaceFiles, restoreFiles } from "./replace-files";
import { sizeProblems } from "./size-problems";
import { formatSnapshot, type RangeSnapshot } from "./snapshot-text";

/** How an update goes, as it goes. */
export interface RangeProgress {
  /** As {@link sourceName} has it. */
  readonly name: string;
  readonly state: "fetching" | "ready" | "refused";
  /** The number of prefixes, of a source that is ready. */
  readonly entries?: number;
}

/** What an update needs to know. */
export interface UpdateOptions {
  /** The day that the new snapshots are as of. */
  readonly now: Date;
  /** Other addresses of the publications, for tests. */
  readonly urls?: Partial<Readonly<Record<FeedName | "iptoasn", string>>>;
  /** @default 120,000: two minutes for each file */
  readonly timeoutMilliseconds?: number;
  readonly onProgress?: (progress: RangeProgress) => void;
}

/** One snapshot that was written. */
export interface RangeUpdate {
  readonly source: RangeSource;
  readonly name: string;
  readonly file: string;
  /** The number of prefixes before; absent where there was no readable snapshot. */
  readonly before?: number;
  /** The number of prefixes now. */
  readonly after: number;
}

/** Why one source was refused. */
export interface RangesProblem {
  readonly name: string;
  /** What is wrong, with the way out where there is one. */
  readonly message: string;
}

/** An update that was not made: every source's problem, and nothing was written. */
export class RangesRefused extends Error {
  override readonly name = "RangesRefused";

  constructor(readonly problems: readonly RangesProblem[]) {
    super(problems.map(({ name, message }) => `${name}: ${message}`).join("\n"));
  }
}

const TIMEOUT_MILLISECONDS = 120_000;

/** Eight times the largest file, iptoasn's packed table. */
const SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

/** The terms of a list that an inventory names by its URL. */
const LICENCE_OF_OTHERS = "not stated here: see the publisher";

/** What became of one source: a new snapshot, or the reason why there is none. */
type Outcome =
  | { readonly source: RangeSource; readonly snapshot: RangeSnapshot; readonly before: RangeSnapshot | undefined }
  | { readonly source: RangeSource; readonly problem: string };

/** Fetches a text once, however many sources come from it. */
type FetchText = (url: string) => Promise<string>;

/**
 * Fetches the ranges of all sources and replaces their snapshots, all of them or none. Files of other sources in the
 * directory stay.
 *
 * @param directory the directory of snapshots; made where it is not there
 * @throws RangesRefused with every problem, where a source cannot be fetched or read, is empty, or shrank or grew by
 * more than a third since its present snapshot; nothing is then written
 */
export async function updateRanges(
  directory: string,
  sources: readonly RangeSource[],
  options: UpdateOptions,
): Promise<RangeUpdate[]> {
  restoreFiles(directory);
  const fetchText = sharedDownloads(options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS);
  const outcomes = await Promise.all(
    distinctSources(sources).map((source) =>
      reported(source, options, () => attempt(directory, source, fetchText, options)),
    ),
  );
  const problems = outcomes.flatMap((outcome) =>
    "problem" in outcome ? [{ name: sourceName(outcome.source), message: outcome.problem }] : [],
  );
  if (problems.length > 0) throw new RangesRefused(problems);
  const ready = outcomes.filter((outcome) => "snapshot" in outcome);
  replaceFiles(
    directory,
    new Map(ready.map(({ source, snapshot }) => [snapshotFile(source), formatSnapshot(snapshot)])),
  );
  return ready.map(({ source, snapshot, before }) => ({
    source,
    name: sourceName(source),
    file: snapshotFile(source),
    ...(before !== undefined && { before: before.entries.length }),
    after: snapshot.entries.length,
  }));
}

async function reported(
  source: RangeSource,
  { onProgress }: UpdateOptions,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const name = sourceName(source);
  onProgress?.({ name, state: "fetching" });
  const outcome = await work();
  if ("problem" in outcome) onProgress?.({ name, state: "refused" });
  else onProgress?.({ name, state: "ready", entries: outcome.snapshot.entries.length });
  return outcome;
}

/** Fetches, reads and compares one source. What is wrong with it comes back as its problem. */
async function attempt(
  directory: string,
  source: RangeSource,
  fetchText: FetchText,
  options: UpdateOptions,
): Promise<Outcome> {
  try {
    const file = join(directory, snapshotFile(source));
    const before = existsSync(file) ? readRanges(directory, source) : undefined;
    const snapshot = await newSnapshot(source, fetchText, options);
    const problems = snapshot.entries.length === 0 ? ["it holds no prefix"] : guard(source, before, snapshot);
    if (problems.length === 0) return { source, snapshot, before };
    const wayOut = before === undefined ? "" : `; if that is right, delete ${file} and run the update again`;
    return { source, problem: `${problems.join("; ")}${wayOut}` };
  } catch (error) {
    if (error instanceof RangesUnreadable || error instanceof DownloadFailed) return { source, problem: error.message };
    throw error;
  }
}

async function newSnapshot(
  source: RangeSource,
  fetchText: FetchText,
  { now, urls }: UpdateOptions,
): Promise<RangeSnapshot> {
  const asOf = now.toISOString().slice(0, 10);
  switch (source.kind) {
    case "feed": {
      const feed = feeds[source.feed];
      const text = await fetchFeed(feed, urls?.[source.feed] ?? feed.url, fetchText);
      return { source: feed.url, asOf, licence: feed.licence, entries: compactEntries(feed.read(text)) };
    }
    case "cidr-list":
    case "geofeed": {
      const read = source.kind === "geofeed" ? readGeofeed : readCidrList;
      const entries = compactEntries(read(await fetchText(source.url)));
      return { source: source.url, asOf, licence: LICENCE_OF_OTHERS, entries };
    }
    default: {
      const text = await fetchText(urls?.iptoasn ?? iptoasn.url);
      return {
        source: iptoasn.url,
        asOf,
        licence: iptoasn.licence,
        entries: compactEntries(readNetworks(text, source)),
      };
    }
  }
}

async function fetchFeed(feed: Feed, url: string, fetchText: FetchText): Promise<string> {
  const text = await fetchText(url);
  if (feed.linkedFile === undefined) return text;
  // The names end in the date, so that the last one in order is the newest.
  const newest = (text.match(feed.linkedFile) ?? [])
    .sort((left, right) => (basename(left) < basename(right) ? -1 : 1))
    .at(-1);
  if (newest === undefined)
    throw new RangesUnreadable(`the page ${url} links to no file like ${feed.linkedFile.source}`);
  return fetchText(newest);
}

/** Of iptoasn's table, the rows that one source names, with nothing but what it asks for. */
function readNetworks(text: string, source: RangeSource & { kind: "asn" | "country" }): RangeEntry[] {
  if (source.kind === "asn") {
    const wanted = { asns: new Set(source.asns), countries: new Set<string>() };
    return readIptoasn(text, wanted).map(({ prefix, asn }) => ({ prefix, ...(asn !== undefined && { asn }) }));
  }
  const wanted = { asns: new Set<number>(), countries: new Set(source.countries) };
  return readIptoasn(text, wanted).map(({ prefix, country }) => ({
    prefix,
    ...(country !== undefined && { country }),
  }));
}

/** Compares with what there was, leaving out ASNs and countries that the present file does not know: they are new sources. */
function guard(source: RangeSource, before: RangeSnapshot | undefined, snapshot: RangeSnapshot): string[] {
  if (before === undefined || before.entries.length === 0) return [];
  if (source.kind !== "asn" && source.kind !== "country") return sizeProblems(before.entries, snapshot.entries);
  const known = new Set(before.entries.map(entryValue));
  return sizeProblems(
    before.entries,
    snapshot.entries.filter((entry) => known.has(entryValue(entry))),
  );
}

function sharedDownloads(timeoutMilliseconds: number): FetchText {
  const underWay = new Map<string, Promise<string>>();
  return (url) => {
    const text = underWay.get(url) ?? download(url, { timeoutMilliseconds, sizeBytes: SIZE_LIMIT_BYTES });
    underWay.set(url, text);
    return text;
  };
}
