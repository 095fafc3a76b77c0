import { createHash } from "node:crypto";
import { readBounded } from "../../networks/read-bounded";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";
import { type LeaseRecord, longestRecord, readLeaseRecord } from "./lease-record";

/** A version of the lease's object. */
export interface LeaseVersion {
  /** "absent": there is no object. */
  readonly etag: string | "absent";
  /** Undefined if there is none, or if it cannot be understood. */
  readonly record: LeaseRecord | undefined;
}

/** The object in a bucket by which runs exclude each other: read, and replaced only if nobody else replaced it. */
export class LeaseObject {
  readonly url: string;
  readonly #bucket: Bucket;
  readonly #key: string;

  constructor(bucket: Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
    this.url = `${bucket.url}/${key}`;
  }

  /** Reads the current version. @throws StoreError */
  async read(signal?: AbortSignal): Promise<LeaseVersion> {
    try {
      const { facts, body } = await this.#bucket.open(this.#key, { ...(signal && { signal }) });
      const bytes = await readBounded(body, longestRecord, () => new StoreError(`${this.url} is too long`));
      if (facts.etag === undefined)
        throw new StoreError(`${this.#bucket.url} has no ETags, so there can be no lease in it`);
      return { etag: facts.etag, record: readLeaseRecord(bytes) };
    } catch (error) {
      if (error instanceof StoreError && error.fault === "absent") return { etag: "absent", record: undefined };
      throw error;
    }
  }

  /**
   * Replaces a version.
   *
   * @returns the new ETag; undefined if the version is no longer current
   * @throws StoreError; the write may have succeeded all the same
   */
  async replace({ etag }: LeaseVersion, record: LeaseRecord, signal?: AbortSignal): Promise<string | undefined> {
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    try {
      const options = { sha256, contentType: "application/json", cacheControl: "no-store", ifCurrent: etag };
      const facts = await this.#bucket.put(this.#key, bodyOf(bytes), { ...options, ...(signal && { signal }) });
      return facts.etag ?? (await this.#etagOf(record, signal));
    } catch (error) {
      // "absent": a version that was to be replaced is gone.
      if (error instanceof StoreError && (error.fault === "exists" || error.fault === "absent")) return undefined;
      throw error;
    }
  }

  async #etagOf({ write }: LeaseRecord, signal?: AbortSignal): Promise<string | undefined> {
    const { etag, record } = await this.read(signal);
    return record?.write === write ? etag : undefined;
  }
}
