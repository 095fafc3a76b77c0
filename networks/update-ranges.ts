import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { parseCidr } from "./cidr";
import { compactEntries, entryValue } from "./compact-entries";
import { Deadline, DownloadFailed, download } from "./download";
import type { FeedName } from "./feed-name";
import { findSizeProblems } from "./find-size-problems";
import { type RangeEntry, RangesUnreadable } from "./range-entry";
import { readRanges } from "./range-snapshot";
import {
  type Feed,
  feeds,
  iptoasn,
  mergeSources,
  type RangeSource,
  snapshotFileName,
  sourceName,
} from "./range-source";
import { readCidrList } from "./readers/cidr-list";
import { readGeofeed } from "./readers/geofeed";
import { readIptoasn } from "./readers/iptoasn";
import type { OnDiscard } from "./readers/read-lines";
import { replaceFiles, restoreFiles } from "./replace-files";
import { formatSnapshot, type RangeSnapshot } from "./snapshot-text";
import { describeShortPrefix, describeSpecialUse } from "./usable-prefix";

/** Progress of an update. */
export interface RangeProgress {
  /** From {@link sourceName}. */
  readonly name: string;
  readonly state: "fetching" | "ready" | "kept";
  /** The number of prefixes, if the source is ready. */
  readonly entries?: number;
}

/** A source's new snapshot, before it is written. */
export interface RangeCandidate {
  readonly source: RangeSource;
  readonly snapshot: RangeSnapshot;
  /** The current snapshot; absent if there is none. */
  readonly before?: RangeSnapshot;
}

/** A reason to reject a candidate. */
export interface RangeObjection {
  readonly message: string;
  /** Whether `accepted` overrides it. */
  readonly acceptable: boolean;
}

/** Options of an update. */
export interface UpdateOptions {
  /** The date of the new snapshots. */
  readonly now: Date;
  /** Other URLs of the publications, for tests. */
  readonly urls?: Partial<Readonly<Record<FeedName | "iptoasn", string>>>;
  /** @default 120,000: two minutes for each source */
  readonly timeoutMilliseconds?: number;
  /** Whether to allow publishers on loopback and inside networks, and http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
  /** Approved changes that a guard refused, by {@link changeName}: only that exact content is accepted. */
  readonly accepted?: readonly string[];
  /** The caller's review of candidates, such as clients taken from other providers. */
  readonly review?: (candidates: readonly RangeCandidate[]) => ReadonlyMap<RangeCandidate, readonly RangeObjection[]>;
  readonly onProgress?: (progress: RangeProgress) => void;
}

/** Entries of a list that were skipped. */
export interface Discarded {
  readonly count: number;
  /** The problems of the first ones. */
  readonly first: readonly string[];
}

/** One snapshot that was written. */
export interface RangeUpdate {
  readonly source: RangeSource;
  readonly name: string;
  readonly file: string;
  /** The number of prefixes before; absent if there was no readable snapshot. */
  readonly before?: number;
  /** The number of prefixes now. */
  readonly after: number;
  /** Absent if no entry was skipped. */
  readonly discarded?: Discarded;
}

/** Why a source was not updated. */
export interface RangesProblem {
  readonly name: string;
  /** The problem, with its fix if there is one. */
  readonly message: string;
  /** The change name that accepts it, if possible. */
  readonly accept?: string;
}

/** An update in which some sources failed, with their problems. The others were written. */
export class RangesRefused extends Error {
  override readonly name = "RangesRefused";

  constructor(
    readonly problems: readonly RangesProblem[],
    readonly updates: readonly RangeUpdate[],
  ) {
    super(problems.map(({ name, message }) => `${name}: ${message}`).join("\n"));
  }
}

/** Timeout per source. */
export const sourceTimeoutMilliseconds = 120_000;

/** The largest files, unpacked: iptoasn's table has about 40 MB, Azure's five; the longest list of {@link readLines} fits. */
export const sizeLimitBytes = { table: 128 * 1024 * 1024, other: 32 * 1024 * 1024 };

/** How many skipped entries are listed. */
const mostNamed = 10;

/** The terms of a list that an inventory names by its URL. */
const licenceOfOthers = "not stated here: see the publisher";

/** The result for one source: a new snapshot, or the reason why there is none. */
type Outcome =
  | (RangeCandidate & { readonly discarded: Discarded })
  | { readonly source: RangeSource; readonly problem: string; readonly accept?: string };

/** Fetches a text once, even for several sources. */
type FetchText = (url: string, deadline: Deadline) => Promise<string>;

/** Counts skipped entries, and keeps the first problems. */
class Discards {
  #count = 0;
  readonly #first: string[] = [];

  readonly add: OnDiscard = (problem) => {
    this.#count++;
    if (this.#first.length < mostNamed) this.#first.push(problem);
  };

  get summary(): Discarded {
    return { count: this.#count, first: this.#first };
  }
}

/**
 * Fetches the ranges of all sources and replaces their snapshots. Each source is updated, or kept as it was, independently.
 * Other sources' files are kept.
 *
 * @param directory the directory of snapshots; created if missing
 * @throws RangesRefused if some sources were kept, because they cannot be fetched or read, are empty, shrank or grew by more
 * than a third since their current snapshot, or the caller's review rejects them; the others are then written
 */
export async function updateRanges(
  directory: string,
  sources: readonly RangeSource[],
  options: UpdateOptions,
): Promise<RangeUpdate[]> {
  restoreFiles(directory);
  const fetchText = createFetchText(options);
  const fetched = await Promise.all(
    mergeSources(sources).map((source) =>
      reportProgress(source, options, () => updateSource(directory, source, fetchText, options)),
    ),
  );
  const outcomes = reviewCandidates(fetched, options);
  const ready = outcomes.filter((outcome) => "snapshot" in outcome);
  if (ready.length > 0) {
    replaceFiles(
      directory,
      new Map(ready.map(({ source, snapshot }) => [snapshotFileName(source), formatSnapshot(snapshot)])),
    );
  }
  const updates = ready.map(summarizeUpdate);
  const problems = outcomes.flatMap((outcome) =>
    "problem" in outcome
      ? [
          {
            name: sourceName(outcome.source),
            message: outcome.problem,
            ...(outcome.accept !== undefined && { accept: outcome.accept }),
          },
        ]
      : [],
  );
  if (problems.length > 0) throw new RangesRefused(problems, updates);
  return updates;
}

function summarizeUpdate({
  source,
  snapshot,
  before,
  discarded,
}: RangeCandidate & { discarded: Discarded }): RangeUpdate {
  return {
    source,
    name: sourceName(source),
    file: snapshotFileName(source),
    ...(before !== undefined && { before: before.entries.length }),
    after: snapshot.entries.length,
    ...(discarded.count > 0 && { discarded }),
  };
}

async function reportProgress(
  source: RangeSource,
  { onProgress }: UpdateOptions,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const name = sourceName(source);
  onProgress?.({ name, state: "fetching" });
  const outcome = await work();
  if ("problem" in outcome) onProgress?.({ name, state: "kept" });
  else onProgress?.({ name, state: "ready", entries: outcome.snapshot.entries.length });
  return outcome;
}

/** Fetches, reads and compares one source. Failures are returned as problems. */
async function updateSource(
  directory: string,
  source: RangeSource,
  fetchText: FetchText,
  options: UpdateOptions,
): Promise<Outcome> {
  try {
    const file = join(directory, snapshotFileName(source));
    const before = existsSync(file) ? readRanges(directory, source) : undefined;
    const discards = new Discards();
    const snapshot = await createSnapshot(source, fetchText, options, discards.add);
    if (snapshot.entries.length === 0) return { source, problem: "it has no prefix" };
    return { source, snapshot, ...(before !== undefined && { before }), discarded: discards.summary };
  } catch (error) {
    if (error instanceof RangesUnreadable || error instanceof DownloadFailed) return { source, problem: error.message };
    throw error;
  }
}

/** Compares new snapshots with the current ones, and lets the caller review all of them together. */
function reviewCandidates(
  fetched: readonly Outcome[],
  { review, accepted = [], onProgress }: UpdateOptions,
): Outcome[] {
  const objections = review?.(fetched.filter((outcome) => "snapshot" in outcome));
  return fetched.map((outcome) => {
    if ("problem" in outcome) return outcome;
    const guarded = compareWithCurrent(outcome).map((message) => ({ message, acceptable: true }));
    const refused = refuseCandidate(outcome, [...guarded, ...(objections?.get(outcome) ?? [])], accepted);
    if (refused === undefined) return outcome;
    onProgress?.({ name: sourceName(outcome.source), state: "kept" });
    return refused;
  });
}

/** Refuses a candidate with objections; undefined if there are none. */
function refuseCandidate(
  candidate: RangeCandidate,
  objections: readonly RangeObjection[],
  accepted: readonly string[],
): Outcome | undefined {
  const { source } = candidate;
  const accept = changeName(candidate);
  const remaining = objections.filter(({ acceptable }) => !(acceptable && accepted.includes(accept)));
  if (remaining.length === 0) return undefined;
  const problem = remaining.map(({ message }) => message).join("; ");
  if (!remaining.every(({ acceptable }) => acceptable)) return { source, problem };
  return {
    source,
    problem: `${problem}; if this is correct, run the update again with \`--accept ${accept}\``,
    accept,
  };
}

/** Names the change of a source by its content: twelve hexadecimal digits. */
function changeName({ source, snapshot: { entries } }: RangeCandidate): string {
  const lines = entries.map((entry) => `${entry.prefix} ${entryValue(entry)}\n`);
  return createHash("sha256")
    .update(`${snapshotFileName(source)}\n${lines.join("")}`)
    .digest("hex")
    .slice(0, 12);
}

async function createSnapshot(
  source: RangeSource,
  fetchText: FetchText,
  { now, urls, timeoutMilliseconds = sourceTimeoutMilliseconds }: UpdateOptions,
  onDiscard: OnDiscard,
): Promise<RangeSnapshot> {
  const asOf = now.toISOString().slice(0, 10);
  const deadline = new Deadline(timeoutMilliseconds);
  switch (source.kind) {
    case "feed": {
      const feed = feeds[source.feed];
      const text = await fetchFeed(feed, urls?.[source.feed] ?? feed.url, fetchText, deadline);
      const entries = feed.read(text);
      requireUsable(entries);
      return { source: feed.url, asOf, licence: feed.licence, entries: compactEntries(entries) };
    }
    case "cidr-list":
    case "geofeed": {
      const read = source.kind === "geofeed" ? readGeofeed : readCidrList;
      const entries = compactEntries(read(await fetchText(source.url, deadline), onDiscard));
      return { source: source.url, asOf, licence: licenceOfOthers, entries };
    }
    default: {
      const text = await fetchText(urls?.iptoasn ?? iptoasn.url, deadline);
      const entries = dropSpecial(readNetworks(text, source), onDiscard);
      return { source: iptoasn.url, asOf, licence: iptoasn.licence, entries: compactEntries(entries) };
    }
  }
}

/** A cloud's list with addresses that customers cannot have is the wrong list. */
function requireUsable(entries: readonly RangeEntry[]): void {
  for (const { prefix } of entries) {
    const cidr = parseCidr(prefix);
    const problem = describeShortPrefix(cidr) ?? describeSpecialUse(cidr);
    if (problem !== undefined) throw new RangesUnreadable(problem);
  }
}

/** Drops addresses that networks announce but that no client has, such as anycast addresses of protocols. */
function dropSpecial(entries: readonly RangeEntry[], onDiscard: OnDiscard): RangeEntry[] {
  return entries.filter(({ prefix }) => {
    const special = describeSpecialUse(parseCidr(prefix));
    if (special !== undefined) onDiscard(special);
    return special === undefined;
  });
}

async function fetchFeed(feed: Feed, url: string, fetchText: FetchText, deadline: Deadline): Promise<string> {
  const text = await fetchText(url, deadline);
  if (feed.linkedFile === undefined) return text;
  const hosts = [feed.linkedHost, new URL(url).hostname];
  // The names end with the date, so the last one in alphabetical order is the newest.
  const newest = (text.match(feed.linkedFile) ?? [])
    .filter((link) => URL.canParse(link) && hosts.includes(new URL(link).hostname))
    .sort((left, right) => (basename(left) < basename(right) ? -1 : 1))
    .at(-1);
  if (newest === undefined)
    throw new RangesUnreadable(
      `the page ${url} does not link to a file that matches ${feed.linkedFile.source} on ${hosts.join(" or ")}`,
    );
  return fetchText(newest, deadline);
}

/** Reads the rows of one source from iptoasn's table, with only its attribute. */
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

/** Compares with the current snapshot, except ASNs and countries that it does not have, which are new sources. */
function compareWithCurrent({ source, before, snapshot }: RangeCandidate): string[] {
  if (before === undefined || before.entries.length === 0) return [];
  if (source.kind !== "asn" && source.kind !== "country") return findSizeProblems(before.entries, snapshot.entries);
  const known = new Set(before.entries.map(entryValue));
  return findSizeProblems(
    before.entries,
    snapshot.entries.filter((entry) => known.has(entryValue(entry))),
  );
}

function createFetchText({ urls, allowPrivate = false }: UpdateOptions): FetchText {
  const downloads = new Map<string, Promise<string>>();
  return (url, deadline) => {
    const sizeBytes = url === (urls?.iptoasn ?? iptoasn.url) ? sizeLimitBytes.table : sizeLimitBytes.other;
    const text = downloads.get(url) ?? download(url, { deadline, sizeBytes, allowPrivate });
    downloads.set(url, text);
    return text;
  };
}
