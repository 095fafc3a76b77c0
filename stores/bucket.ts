import type { Readable } from "node:stream";
import type { Body } from "./http/exchange";

/** What a store reports about an object. A store reports only the checksums that it keeps. */
export interface ObjectFacts {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Of the whole object, in hexadecimal, as the store computed it. */
  readonly sha256?: string | undefined;
  /**
   * The SHA-256 that the object's writer recorded with it as metadata (`PutOptions.sha256`), in hexadecimal: no more trustworthy than
   * the writer. Listings of S3 do not contain it.
   */
  readonly recordedSha256?: string | undefined;
  /** Of the whole object, in hexadecimal. */
  readonly md5?: string | undefined;
  /** Of the whole object, CRC-32C, in hexadecimal (8 digits). */
  readonly crc32c?: string | undefined;
  /** Names this version of the object in conditional requests: an ETag; at Google, the object's generation. */
  readonly etag?: string | undefined;
}

/** How an object is written. */
export interface PutOptions {
  /** Of the whole body, in hexadecimal. The store verifies it where it can; it is kept as metadata in any case. */
  readonly sha256: string;
  /** @default application/octet-stream */
  readonly contentType?: string;
  /** @default none */
  readonly cacheControl?: string;
  /** Writes only if this is still the current version: an `etag`, or "absent" if there must be no such object. @default overwrites */
  readonly ifCurrent?: string | "absent";
  readonly signal?: AbortSignal;
}

/** Which part of an object is read. */
export interface OpenOptions {
  /** The first byte; less than the object's size, unless it is 0. @default 0 */
  readonly from?: number;
  readonly signal?: AbortSignal;
}

/** An object that is being read. */
export interface OpenedObject {
  readonly facts: ObjectFacts;
  readonly body: Readable;
  /** The time by the store's clock: ISO 8601, UTC. @default not known */
  readonly answered?: string | undefined;
}

/**
 * One bucket of an object store (at Azure: a container) that can be written. Temporary failures are retried within; every
 * method throws `StoreError` otherwise.
 */
export interface Bucket {
  /** For messages: `s3://NAME`, `gs://NAME`, `https://ACCOUNT.blob.core.windows.net/CONTAINER`. */
  readonly url: string;
  /** Whether MD5 is the checksum that it reports, so that it is worth computing. @default false */
  readonly reportsMd5?: boolean;
  /** @returns undefined if there is no such object */
  head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined>;
  /** Opens an object for reading; the caller reads the body to its end, or destroys it. @throws StoreError "absent" */
  open(key: string, options?: OpenOptions): Promise<OpenedObject>;
  /**
   * Writes an object. It becomes visible only when all bytes have arrived and have the given checksum.
   *
   * @returns what the store reports about it after writing
   * @throws StoreError "exists" if the condition does not hold; "corrupt" if the store received other bytes
   */
  put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts>;
  /** Lists objects by key, page by page. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectFacts[]>;
  /** Removes an object. It is no failure if there is none. */
  remove(key: string): Promise<void>;
}
