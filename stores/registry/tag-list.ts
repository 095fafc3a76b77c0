import { z } from "zod";
import { StoreError } from "../store-error";
import { type ListPage, listPages } from "./list-pages";
import { isDigest } from "./manifest-requests";
import { isIndex } from "./media-types";
import type { RegistryConnection } from "./registry-connection";

/** Some of a repository's tags and, if the registry lists them, digests. */
export interface TagPage {
  readonly tags: readonly string[];
  /** Digests with their tags. undefined: the registry does not list digests. */
  readonly digests: ReadonlyMap<string, readonly string[]> | undefined;
  /** Bytes of images by digest, where the registry lists them. Indexes have none: what is listed of them is not their images' size. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** All digests of a repository that lists them. */
export interface DigestList {
  /** Digests by tag. */
  readonly byTag: ReadonlyMap<string, string>;
  /** All, those without a tag too. */
  readonly digests: ReadonlySet<string>;
  /** Bytes of images by digest, where the registry lists them. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** How many tags are requested at once: the most that ECR gives (its API reference, ListImages, `maxResults`). */
const pageLength = 1_000;

const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** What Google lists about a digest; sizes are numbers in strings. */
const entry = z.object({
  tag: z.array(z.string()).nullish(),
  mediaType: z.string().nullish(),
  imageSizeBytes: z.string().nullish().catch(null),
});

/** Docker's and OCI's list, with Google's extension (go-containerregistry, `pkg/v1/google`, `Tags`). */
const tagList = z.object({
  tags: z.array(z.string()).nullish(),
  manifest: z.record(z.string(), entry).nullish(),
});

/**
 * Reads `tags/list` page by page. Where a registry sends no `Link` with a full page, the next one is asked for by `last`. A
 * repository that does not exist has no tags.
 *
 * @throws StoreError
 */
export async function* listTags(from: RegistryConnection, signal?: AbortSignal): AsyncGenerator<TagPage> {
  const first = from.url("tags/list");
  first.searchParams.set("n", `${pageLength}`);
  let previous = "";
  const nextOf = ({ value, url }: ListPage) => nextByLast(readTagPage(value, from), url);
  const action = `the request for the tags of ${from.name}`;
  for await (const { value } of listPages(from, first, action, { signal, nextOf })) {
    const page = readTagPage(value, from);
    // A registry without paging sends the same page again.
    const [start = ""] = page.tags;
    if (start !== "" && start === previous) return;
    previous = start;
    if (page.tags.length > 0 || page.digests) yield page;
  }
}

function nextByLast({ tags, digests }: TagPage, url: URL): URL | undefined {
  const last = tags.at(-1);
  if (last === undefined || digests !== undefined || tags.length !== pageLength) return undefined;
  const next = new URL(url);
  next.searchParams.set("last", last);
  return next;
}

function readTagPage(value: unknown, { host, name }: RegistryConnection): TagPage {
  const { success, data } = tagList.safeParse(value);
  if (!success) throw new StoreError(`${host} does not send a list of tags for ${name}`);
  const { tags, manifest } = data;
  const digests = manifest
    ? new Map(Object.entries(manifest).map(([digest, { tag }]) => [digest, checkTags(tag ?? [], host)]))
    : undefined;
  for (const digest of digests?.keys() ?? []) {
    if (!isDigest(digest)) throw new StoreError(`${host} lists "${digest}", which is no digest, in ${name}`);
  }
  return { tags: checkTags(tags ?? [], host), digests, sizes: readSizes(manifest ?? {}) };
}

function readSizes(manifest: Readonly<Record<string, z.infer<typeof entry>>>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [digest, { mediaType, imageSizeBytes }] of Object.entries(manifest)) {
    const isKnown = /^[1-9][0-9]{0,14}$/.test(imageSizeBytes ?? "") && !isIndex(mediaType ?? "");
    if (isKnown) sizes.set(digest, Number(imageSizeBytes));
  }
  return sizes;
}

function checkTags(tags: readonly string[], host: string): readonly string[] {
  const wrong = tags.find((tag) => !tagPattern.test(tag));
  if (wrong === undefined) return tags;
  throw new StoreError(`${host} lists "${wrong.slice(0, 200)}", which is no tag`);
}

/** All digests with their tags, where the registry lists them; otherwise undefined. @throws StoreError */
export async function listDigests(from: RegistryConnection, signal?: AbortSignal): Promise<DigestList | undefined> {
  const byTag = new Map<string, string>();
  const digests = new Set<string>();
  const sizes = new Map<string, number>();
  for await (const page of listTags(from, signal)) {
    if (page.digests === undefined) return undefined;
    for (const [digest, tags] of page.digests) {
      digests.add(digest);
      for (const tag of tags) byTag.set(tag, digest);
    }
    for (const [digest, size] of page.sizes) sizes.set(digest, size);
  }
  return { byTag, digests, sizes };
}
