import { StoreError } from "../store-error";
import { listPages } from "./list-pages";
import type { ListedDigest } from "./listed-digest";
import { isDigest } from "./manifest-requests";
import { isIndex } from "./media-types";
import type { RegistryConnection } from "./registry-connection";

/** Some of a repository's tags and, if the registry lists them, digests. */
export interface TagPage {
  readonly tags: readonly string[];
  /** By digest. undefined: the registry does not list digests. */
  readonly digests: ReadonlyMap<string, ListedDigest> | undefined;
}

/** How many tags are requested at once: the most that ECR gives (its API reference, ListImages, `maxResults`). */
const pageLength = 1_000;

/**
 * The most tags of a repository, and the most digests: 25 times as many images as ECR holds in one by default (its user guide, "Service quotas").
 * Readers keep them in memory, of several repositories at a time, and a staging registry may list tags without end.
 */
const mostListed = 250_000;

const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Docker's and OCI's list, with Google's extension (go-containerregistry, `pkg/v1/google`, `Tags`); its shape is not checked yet. */
interface TagList {
  readonly tags?: unknown;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/**
 * Reads `tags/list` page by page. Where a registry sends no `Link` with a full page, the next one is asked for by `last`. A
 * repository that does not exist has no tags.
 *
 * @throws StoreError, also if there are more than 250,000 tags or digests
 */
export async function* listTags(from: RegistryConnection, signal?: AbortSignal): AsyncGenerator<TagPage> {
  const first = from.url("tags/list");
  first.searchParams.set("n", `${pageLength}`);
  let page: TagPage | undefined;
  const count = { tags: 0, digests: 0 };
  const nextOf = () => page && nextByLast(page, first);
  const action = `the request for the tags of ${from.name}`;
  for await (const { value } of listPages(from, first, action, { signal, nextOf })) {
    const previous = page;
    page = readTagPage(value, from);
    const [start] = page.tags;
    // A registry without paging sends the same page again.
    if (start !== undefined && start === previous?.tags[0]) return;
    count.tags += Math.max(page.tags.length, countTags(page));
    count.digests += page.digests?.size ?? 0;
    requireBounded(count, from);
    if (page.tags.length > 0 || page.digests) yield page;
  }
}

/** Tags that a page has beside its digests. */
function countTags({ digests = new Map() }: TagPage): number {
  let count = 0;
  for (const { tags } of digests.values()) count += tags.length;
  return count;
}

/** @throws StoreError if a repository has more than can be kept in memory */
export function requireBounded(
  count: { readonly tags: number; readonly digests: number },
  { host, name }: Pick<RegistryConnection, "host" | "name">,
): void {
  for (const kind of ["tags", "digests"] as const) {
    if (count[kind] <= mostListed) continue;
    const limit = mostListed.toLocaleString("en-US");
    throw new StoreError(`${host} lists more than ${limit} ${kind} for ${name}: delete there what nobody needs`);
  }
}

function nextByLast({ tags, digests }: TagPage, first: URL): URL | undefined {
  const last = tags.at(-1);
  if (last === undefined || digests !== undefined || tags.length !== pageLength) return undefined;
  const next = new URL(first);
  next.searchParams.set("last", last);
  return next;
}

function readTagPage(value: unknown, { host, name }: RegistryConnection): TagPage {
  if (typeof value !== "object" || value === null) {
    throw new StoreError(`${host} does not send a list of tags for ${name}`);
  }
  const { tags, manifest } = value as TagList;
  return { tags: readTags(tags, host), digests: manifest && readDigests(Object.entries(manifest), host) };
}

function readDigests(entries: readonly (readonly [string, unknown])[], host: string): Map<string, ListedDigest> {
  return new Map(
    entries.map(([digest, entry]) => {
      const { tag, imageSizeBytes, mediaType } = (entry ?? {}) as Readonly<Record<string, unknown>>;
      return [readDigest(digest, host), { tags: readTags(tag, host), size: readSize(imageSizeBytes, mediaType) }];
    }),
  );
}

/** @throws StoreError if it is not one */
export function readDigest(value: unknown, host: string): string {
  if (typeof value === "string" && isDigest(value)) return value;
  throw new StoreError(`${host} lists "${`${value}`.slice(0, 200)}", which is not a digest`);
}

/** @returns no tags if there is no list @throws StoreError if something else is in it */
export function readTags(value: unknown, host: string): readonly string[] {
  const tags: readonly unknown[] = Array.isArray(value) ? value : [];
  const wrong = tags.find((tag) => typeof tag !== "string" || !tagPattern.test(tag));
  if (wrong === undefined) return tags as readonly string[];
  throw new StoreError(`${host} lists "${`${wrong}`.slice(0, 200)}", which is not a tag`);
}

/** A number, which Google writes as text; none for an index. */
export function readSize(value: unknown, mediaType: unknown): number | undefined {
  return /^[0-9]{1,15}$/.test(`${value}`) && !isIndex(`${mediaType}`) ? Number(value) : undefined;
}
