import { StoreError } from "../store-error";
import { listAzureDigests } from "./azure-digests";
import type { ListedDigest } from "./listed-digest";
import type { RegistryConnection } from "./registry-connection";
import { listTags, requireBounded } from "./tag-list";

/** All digests of a repository that lists them. */
export interface DigestList {
  /** Digests by tag. */
  readonly byTag: ReadonlyMap<string, string>;
  /** All, those without a tag too. */
  readonly digests: ReadonlySet<string>;
  /** Bytes of images by digest, where the registry reports them. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Azure Container Registry, in all clouds of Azure. */
const azure = /\.azurecr\.(?:io|cn|us)$/;

/**
 * All digests with their tags, where the registry lists them: Google's, Azure's, and with credentials AWS's. A repository that does not
 * exist is empty. Once another repository of the registry has learnt that it does not list them, it is not asked.
 *
 * @returns undefined if the registry does not list digests
 * @throws StoreError
 */
export async function listDigests(from: RegistryConnection, signal?: AbortSignal): Promise<DigestList | undefined> {
  const { memory } = from;
  if (memory.digestQuestion) await memory.digestQuestion;
  if (memory.listsDigests === false) return undefined;
  const asked = learnDigests(from, signal);
  memory.digestQuestion ??= asked.catch(() => undefined);
  return asked;
}

async function learnDigests(from: RegistryConnection, signal?: AbortSignal): Promise<DigestList | undefined> {
  const list = await askForDigests(from, signal);
  // An empty list says nothing: that of a repository without tags is the same everywhere.
  if (list === undefined || list.digests.size > 0) from.memory.listsDigests = list !== undefined;
  return list;
}

async function askForDigests(from: RegistryConnection, signal?: AbortSignal): Promise<DigestList | undefined> {
  const listed = from.listDigests?.(from.name, signal) ?? (azure.test(from.host) && listAzureDigests(from, signal));
  const pages = listed ? listedOrTags(listed, from) : tagDigests(from, signal);
  const byTag = new Map<string, string>();
  const digests = new Set<string>();
  const sizes = new Map<string, number>();
  for await (const page of pages) {
    if (page === undefined) return undefined;
    for (const [digest, { tags, size }] of page) {
      digests.add(digest);
      if (size !== undefined) sizes.set(digest, size);
      for (const tag of tags) byTag.set(tag, digest);
    }
    requireBounded({ tags: byTag.size, digests: digests.size }, from);
  }
  return { byTag, digests, sizes };
}

type DigestPage = ReadonlyMap<string, ListedDigest>;

async function* tagDigests(from: RegistryConnection, signal?: AbortSignal): AsyncGenerator<DigestPage | undefined> {
  for await (const { digests } of listTags(from, signal)) yield digests;
}

/** Anonymous clients and tokens for pulls alone may not use the APIs of clouds. */
async function* listedOrTags(
  listed: AsyncIterable<DigestPage>,
  from: RegistryConnection,
): AsyncGenerator<DigestPage | undefined> {
  try {
    yield* listed;
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== "denied") throw error;
    // The lists of these registries have no digests.
    from.memory.listsDigests = false;
    yield undefined;
  }
}
