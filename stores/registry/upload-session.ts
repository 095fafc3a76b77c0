/**
 * How a blob is sent (OCI distribution specification 1.1, "Pushing blobs"): in one PUT; in one PATCH, as docker and crane do; or in
 * chunks.
 */
export type UploadMode = "put" | "stream" | "chunks";

/** An upload that a registry has started. */
export interface UploadSession {
  /** Where the next request goes. Its query belongs to the registry. */
  readonly url: URL;
  /** `OCI-Chunk-Min-Length`, in bytes: the smallest chunk, except for the last one. */
  readonly smallestChunk: number;
}

/** The URL that ends an upload: the digest is added to the registry's own query. */
export function withDigest(url: URL, digest: string): URL {
  const result = new URL(url);
  result.searchParams.set("digest", digest);
  return result;
}
