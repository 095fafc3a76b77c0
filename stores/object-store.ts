/** How an object is read. */
export interface GetOptions {
  /** The ETag of the caller's copy: the same bytes are not sent again. @default nothing */
  readonly etag?: string | undefined;
  /** Size limit of an object, in bytes. */
  readonly limit: number;
  /** Aborts the read. */
  readonly signal: AbortSignal;
}

/** The result of reading an object. */
export type GetResult =
  /** The ETag is undefined if the server sends none. */
  | { readonly outcome: "found"; readonly bytes: Uint8Array; readonly etag: string | undefined }
  /** The object still has the caller's ETag. */
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "too-large" }
  /** The reason follows the object's name, as in "it answered with status 403 (AccessDenied)"; the status is missing if there was no answer. */
  | { readonly outcome: "failed"; readonly reason: string; readonly status?: number };

/** One bucket of an object store. */
export interface ObjectStore {
  /** Reads an object. Rejects only with the reason of the signal. */
  get(key: string, options: GetOptions): Promise<GetResult>;
}
