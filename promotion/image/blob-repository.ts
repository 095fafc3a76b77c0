import type { Readable } from "node:stream";
import type { Descriptor } from "../../stores/registry/content";

/** What reading blobs needs of a repository; `Repository` has all of it. */
export interface BlobRepository {
  readonly host: string;
  readonly name: string;
  /** Opens a blob at an offset, unverified. @throws StoreError */
  openBlob(blob: Descriptor, part?: { readonly from?: number; readonly signal?: AbortSignal }): Promise<Readable>;
}
