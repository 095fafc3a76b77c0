import type { RepositoryReader } from "../plan/repository-reader";

/** What an audit asks a repository. `Repository` has all of it. Every method throws StoreError. */
export interface AuditRepository extends RepositoryReader {
  /** @returns bytes; undefined if the repository does not have the blob */
  headBlob(digest: string, signal?: AbortSignal): Promise<number | undefined>;
}
