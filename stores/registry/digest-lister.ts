import type { ListedDigest } from "./listed-digest";

/**
 * Lists the digests of a repository by an API of the registry's cloud, page by page. A repository that does not exist is empty.
 *
 * @param name of the repository, as in the names of images
 * @throws StoreError "denied" without credentials, or if these may not list
 */
export type DigestLister = (name: string, signal?: AbortSignal) => AsyncIterable<ReadonlyMap<string, ListedDigest>>;
