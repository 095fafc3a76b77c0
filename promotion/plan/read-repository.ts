import { inParallel } from "../../stores/in-parallel";
import { referredDigest, signedDigest } from "../image/signature-tag";
import { readParents } from "./read-parents";
import type { ListedDigests, RepositoryReader } from "./repository-reader";
import type { RepositoryHoldings, SourceHoldings } from "./world";

/** What is asked about one repository. */
export interface Question {
  readonly digests: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  /** What is worth knowing only if it takes no request of its own. @default nothing */
  readonly listedOnly?: { readonly digests: ReadonlySet<string>; readonly tags: ReadonlySet<string> };
  readonly signal?: AbortSignal | undefined;
}

/** Requests to one repository at the same time, where its registry does not list digests. */
const lanes = 8;

/** Google's and Azure's registries list digests; of others it is seen when they list some. */
const listing = /(?:^|\.)gcr\.io$|\.pkg\.dev$|\.azurecr\.(?:io|cn|us)$/;

/** Whether a list is complete. A repository without tags has the same empty list whether or not its registry lists digests. */
function isComplete({ digests }: ListedDigests, host: string): boolean {
  return digests.size > 0 || listing.test(host);
}

/** Keeps what was asked for. Strings of the question are used, because those of a list would keep its text in memory. */
function selectListed(listed: ListedDigests, { digests, tags, listedOnly }: Question): RepositoryHoldings {
  const found = new Set<string>();
  for (const wanted of [digests, listedOnly?.digests ?? []]) {
    for (const digest of wanted) if (listed.digests.has(digest)) found.add(digest);
  }
  const named = new Map<string, string>();
  const known = new Map(Array.from(found, (digest) => [digest, digest]));
  for (const tag of [...tags, ...(listedOnly?.tags ?? [])]) {
    const digest = listed.byTag.get(tag);
    if (digest !== undefined) named.set(tag, known.get(digest) ?? digest);
  }
  return { digests: found, tags: named };
}

/** One HEAD for each tag, and for each digest that no tag has led to. */
async function askEach(reader: RepositoryReader, { digests, tags }: Question): Promise<RepositoryHoldings> {
  const found = new Set<string>();
  const named = new Map<string, string>();
  await inParallel([...tags], lanes, async (tag) => {
    const facts = await reader.headManifest(tag);
    if (facts) named.set(tag, facts.digest);
  });
  for (const digest of named.values()) found.add(digest);
  await inParallel([...digests], lanes, async (digest) => {
    if (!found.has(digest) && (await reader.headManifest(digest))) found.add(digest);
  });
  return { digests: found, tags: named };
}

/** Whether a list would take as many requests as the question itself: to learn whether a registry lists digests takes one. */
function isSingle({ digests, tags, listedOnly }: Question): boolean {
  const isEmpty = !listedOnly || listedOnly.tags.size + listedOnly.digests.size === 0;
  return digests.size === 1 && tags.size === 1 && isEmpty;
}

/**
 * Reads what a repository of a mirror holds, of what is asked: with one request a page where the registry lists digests,
 * otherwise with one for each tag.
 *
 * @throws StoreError
 */
export async function readRepository(reader: RepositoryReader, question: Question): Promise<RepositoryHoldings> {
  const isLister = reader.listsDigests ?? listing.test(reader.host);
  if (isSingle(question) && !isLister) return askEach(reader, question);
  const listed = await reader.digestsByTag(question.signal);
  if (!listed) return askEach(reader, question);
  if (isComplete(listed, reader.host)) return selectListed(listed, question);
  return askEach(reader, { digests: question.digests, tags: new Set() });
}

/** How a staging repository is read. */
export interface SourceQuestion extends Question {
  /** Whether to ask for the referrers of each digest by a request of its own. */
  readonly withReferrers: boolean;
  /** The digests whose children and referrers are asked for. @default all that are there */
  readonly subjects?: ReadonlySet<string>;
}

function isAttached(tag: string): boolean {
  return signedDigest(tag) !== undefined || referredDigest(tag) !== undefined;
}

async function listAttachedTags(reader: RepositoryReader, signal: AbortSignal | undefined): Promise<string[]> {
  const found: string[] = [];
  for await (const page of reader.tags(signal)) found.push(...page.filter(isAttached));
  return found;
}

/** What the repository holds, and those of its tags of attached manifests that it lists. */
async function readContent(reader: RepositoryReader, question: SourceQuestion): Promise<SourceContent> {
  const listed = await reader.digestsByTag(question.signal);
  if (listed && isComplete(listed, reader.host)) {
    const attached = [...listed.byTag.keys()].filter(isAttached);
    const sizes = new Map<string, number>();
    for (const digest of question.digests) {
      const size = listed.sizes?.get(digest);
      if (size !== undefined) sizes.set(digest, size);
    }
    const holdings = selectListed(listed, { ...question, tags: new Set([...question.tags, ...attached]) });
    return { holdings, sizes, unasked: [] };
  }
  const attached = listed ? [] : await listAttachedTags(reader, question.signal);
  const isPromised = (tag: string) => question.digests.has(subjectOf(tag));
  const tags = new Set([...question.tags, ...attached.filter(isPromised)]);
  const holdings = await askEach(reader, { ...question, tags });
  return { holdings, sizes: new Map(), unasked: attached.filter((tag) => !isPromised(tag)) };
}

/** What a staging repository holds, before children are known. */
interface SourceContent {
  readonly holdings: RepositoryHoldings;
  readonly sizes: ReadonlyMap<string, number>;
  /** Tags of what is attached to something that is not promised itself, which were not asked for. */
  readonly unasked: readonly string[];
}

/** The digest that a cosign tag belongs to, or whose referrers a tag lists; empty for other tags. */
function subjectOf(tag: string): string {
  return signedDigest(tag) ?? referredDigest(tag) ?? "";
}

/** Whether it matters which children the promised indexes have: something else than what is promised has attachments. */
function needsParents({ holdings, unasked }: SourceContent, { digests, withReferrers }: SourceQuestion): boolean {
  const isOther = (tag: string) => isAttached(tag) && !digests.has(subjectOf(tag));
  return withReferrers || unasked.length > 0 || [...holdings.tags.keys()].some(isOther);
}

/**
 * Reads what a staging repository holds, of what is asked, with cosign's tags: those of children too. Referrers are asked for if the
 * question says so, and in any case for digests whose referrers a tag lists.
 *
 * @throws StoreError
 */
export async function readSource(reader: RepositoryReader, question: SourceQuestion): Promise<SourceHoldings> {
  const content = await readContent(reader, question);
  const { holdings, sizes, unasked } = content;
  const wanted = question.subjects ?? question.digests;
  const present = [...wanted].filter((digest) => holdings.digests.has(digest));
  const parents = needsParents(content, question) ? await readParents(reader, present) : new Map<string, string[]>();
  const ofChildren = unasked.filter((tag) => parents.has(subjectOf(tag)));
  const more = await askEach(reader, { digests: new Set(), tags: new Set(ofChildren) });
  const tags = new Map([...holdings.tags, ...more.tags]);
  const listed = new Set(Array.from(tags.keys(), referredDigest));
  const subjects = [...new Set([...present, ...parents.keys()])].filter(
    (digest) => question.withReferrers || listed.has(digest),
  );
  const referrers = new Map<string, readonly string[]>();
  await inParallel(subjects, lanes, async (digest) => {
    const found = await reader.referrers(digest);
    if (found.length > 0) referrers.set(digest, [...new Set(found.map((each) => each.digest))].sort());
  });
  return { digests: new Set([...holdings.digests, ...more.digests]), tags, sizes, referrers, parents };
}
