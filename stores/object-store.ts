/** How an object is read. */
export interface GetOptions {
  /** The ETag of what the caller has: the same bytes are not sent again. @default nothing */
  readonly etag?: string | undefined;
  /** Largest object that is read, in bytes. */
  readonly limit: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** What came of reading an object. */
export type GetResult =
  /** The ETag is undefined if the server gives none. */
  | { readonly outcome: "found"; readonly bytes: Uint8Array; readonly etag: string | undefined }
  /** It still has the caller's ETag. */
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "too-large" }
  /** The reason follows the object's name, as in "it answered with status 403 (AccessDenied)". */
  | { readonly outcome: "failed"; readonly reason: string };

/** One bucket of an object store. */
export interface ObjectStore {
  /** Reads an object. Rejects only with the reason of the signal. */
  get(key: string, options: GetOptions): Promise<GetResult>;
}
