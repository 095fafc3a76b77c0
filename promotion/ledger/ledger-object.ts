import { createHash } from "node:crypto";
import { readBounded } from "../../networks/read-bounded";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";
import { decodeLedger } from "./decode-ledger";
import { encodeLedger } from "./encode-ledger";
import type { Ledger } from "./ledger";
import { ledgerLimits } from "./ledger-limits";

/** The ledger's name in the table bucket: beside the lease, where only the promoter may write, and redirectors may not read. */
export const ledgerKey = "promotion/ledger.v1.jsonl.gz";

/** A version of the ledger's object. */
export interface LedgerVersion {
  /** "absent": there is no object. */
  readonly etag: string | "absent";
  /** Undefined only if there is no object. */
  readonly ledger: Ledger | undefined;
  /** When it was read, by the store's clock: ISO 8601, UTC. @default not known */
  readonly answered?: string | undefined;
}

/**
 * The ledger in a bucket: read as a whole, and replaced only if nobody else replaced it. The lease makes sure that one run writes at a
 * time; the condition, that a run which has lost it without knowing writes nothing.
 */
export class LedgerObject {
  readonly url: string;
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.url = `${bucket.url}/${ledgerKey}`;
  }

  /**
   * Reads the current version.
   *
   * @throws StoreError "corrupt" if there is one, and it cannot be used: a ledger that looked empty would protect nothing from removal
   */
  async read(signal?: AbortSignal): Promise<LedgerVersion> {
    try {
      const { facts, body, answered } = await this.#bucket.open(ledgerKey, { ...(signal && { signal }) });
      const bytes = await readBounded(body, ledgerLimits.bytes, () => this.#createDamage("it is too long"));
      if (facts.etag === undefined) {
        throw new StoreError(`${this.#bucket.url} has no ETags, so there can be no ledger in it`);
      }
      const reading = await decodeLedger(bytes);
      if ("problem" in reading) throw this.#createDamage(reading.problem);
      return { etag: facts.etag, ledger: reading.ledger, answered };
    } catch (error) {
      if (error instanceof StoreError && error.fault === "absent") return { etag: "absent", ledger: undefined };
      throw error;
    }
  }

  /**
   * Replaces a version.
   *
   * @returns the new one
   * @throws StoreError "exists" if the version is no longer current; "refused" for a ledger that could not be read again
   */
  async replace({ etag }: LedgerVersion, ledger: Ledger, signal?: AbortSignal): Promise<LedgerVersion> {
    const bytes = await encodeLedger(ledger);
    const reading = await decodeLedger(bytes);
    if ("problem" in reading) throw new StoreError(`the ledger could not be read again: ${reading.problem}`);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const options = { sha256, contentType: "application/gzip", cacheControl: "no-store", ifCurrent: etag };
    try {
      const facts = await this.#bucket.put(ledgerKey, bodyOf(bytes), { ...options, ...(signal && { signal }) });
      return { etag: facts.etag ?? (await this.#findEtag(sha256, signal)), ledger };
    } catch (error) {
      // "absent": the version that was to be replaced is gone.
      if (!(error instanceof StoreError) || (error.fault !== "exists" && error.fault !== "absent")) throw error;
      // The answer to the first attempt may have been lost.
      const current = await this.#bucket.head(ledgerKey, signal);
      if (current?.etag !== undefined && shaOf(current) === sha256) return { etag: current.etag, ledger };
      throw new StoreError(`${this.url} was replaced by another run: run it again`, "exists");
    }
  }

  async #findEtag(sha256: string, signal?: AbortSignal): Promise<string> {
    const facts = await this.#bucket.head(ledgerKey, signal);
    if (facts?.etag === undefined || shaOf(facts) !== sha256) {
      throw new StoreError(`${this.url} was replaced by another run: run it again`, "exists");
    }
    return facts.etag;
  }

  #createDamage(problem: string): StoreError {
    const fix =
      "remove it, or restore an earlier copy: without one, the next run makes it again from the manifests and the origin, and withdrawals wait again";
    return new StoreError(
      `${this.url}, the ledger of what was promoted, cannot be used: ${problem}: ${fix}`,
      "corrupt",
    );
  }
}

function shaOf({ sha256, recordedSha256 }: { sha256?: string | undefined; recordedSha256?: string | undefined }) {
  return sha256 ?? recordedSha256;
}
