import { StoreError } from "../store-error";
import { listPages } from "./list-pages";
import type { ListedDigest } from "./listed-digest";
import type { RegistryConnection } from "./registry-connection";
import { readDigest, readSize, readTags } from "./tag-list";

/** How many manifests are requested at once. */
const pageLength = 1_000;

/** The members of a listed manifest that are used (Azure Container Registry REST API, "Manifests - Get List"). */
interface ListedManifest {
  readonly digest?: unknown;
  readonly imageSize?: unknown;
  readonly tags?: unknown;
  readonly mediaType?: unknown;
}

/**
 * Lists the manifests of a repository of Azure Container Registry, by its own API.
 *
 * @throws StoreError "denied" without the permission to read metadata
 */
export async function* listAzureDigests(
  from: RegistryConnection,
  signal?: AbortSignal,
): AsyncGenerator<ReadonlyMap<string, ListedDigest>> {
  const first = from.url(`/acr/v1/${from.name}/_manifests`);
  first.searchParams.set("n", `${pageLength}`);
  for await (const { value } of listPages(from, first, `the request for the manifests of ${from.name}`, { signal })) {
    const { manifests = [] } = (value ?? {}) as { readonly manifests?: unknown };
    if (!Array.isArray(manifests)) throw new StoreError(`${from.host} does not send a list of manifests`);
    yield new Map(manifests.map((each: ListedManifest | null) => readManifest(each ?? {}, from.host)));
  }
}

function readManifest({ digest, imageSize, tags, mediaType }: ListedManifest, host: string): [string, ListedDigest] {
  return [readDigest(digest, host), { tags: readTags(tags, host), size: readSize(imageSize, mediaType) }];
}
