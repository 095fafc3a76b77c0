import { createHash } from "node:crypto";
import type { ObjectFacts } from "../../stores/bucket";
import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { Patience } from "../plan/patience";
import { readObjects } from "../plan/read-objects";
import { Unread } from "../plan/world";
import { compareObject } from "../run/verification";
import type { BlobTarget, FileTarget } from "../targets/target";
import type { BucketFolders } from "./bucket-folders";
import type { ChecksumComparison } from "./checksum-comparison";
import { chooseSample } from "./choose-sample";
import type { TargetExpectation } from "./expect-at";
import { createReading, type TargetReading, wholeStore } from "./target-reading";

/** How a bucket is audited. */
export interface BucketAuditOptions {
  readonly expectation: TargetExpectation;
  /** Sizes of blobs, in bytes, where they are known. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly folders: BucketFolders;
  readonly sample: number | "all";
  readonly seed: string;
  readonly signal: AbortSignal;
}

/** Requests at the same time. */
const lanes = 16;
/** Objects that are read at the same time. */
const readLanes = 4;

/** What should be at a key. */
interface WantedObject {
  /** A digest, or a path. */
  readonly name: string;
  readonly sha256: string;
  readonly size: number | undefined;
}

/**
 * Audits a bucket in two steps: what it lists and reports; and, when all buckets have been listed, which objects are read to be sure. Failures
 * are in the reading.
 */
export class BucketAudit {
  readonly reading: TargetReading;
  readonly #options: BucketAuditOptions;
  readonly #target: BlobTarget | FileTarget;
  readonly #wanted: ReadonlyMap<string, WantedObject>;
  readonly #found = new Map<string, ObjectFacts>();
  readonly #patience = new Patience();
  /** Keys about which the bucket was asked one by one, so that nothing it knows is missing. */
  readonly #asked = new Set<string>();

  constructor(target: BlobTarget | FileTarget, options: BucketAuditOptions) {
    this.#target = target;
    this.#options = options;
    this.reading = createReading(target);
    this.#wanted = collectWanted(target, options);
  }

  /** Reads what the bucket has. @throws the reason of the signal */
  async list(comparison: ChecksumComparison): Promise<void> {
    const done = await this.#patience.read(async () => {
      await this.#listFolders();
      await this.#readOthers();
      await this.#readChecksums();
      return true;
    });
    this.#options.signal.throwIfAborted();
    if (done instanceof Unread) {
      this.reading.unread.set(wholeStore, done.reason);
      return;
    }
    for (const [key, { name, sha256 }] of this.#wanted) {
      const facts = this.#found.get(key);
      if (facts) comparison.add(sha256, facts);
      else this.reading.faults.set(name, { state: "missing", message: "the object is not there" });
    }
  }

  /** Compares, and reads what no checksum vouches for. @throws the reason of the signal */
  async verify(comparison: ChecksumComparison): Promise<void> {
    if (this.reading.unread.has(wholeStore)) return;
    const hasRecords = [...this.#found.values()].some(({ recordedSha256 }) => recordedSha256 !== undefined);
    const suspect = new Set<string>();
    for (const [key, wanted] of this.#wanted) {
      const facts = this.#found.get(key);
      if (!facts) continue;
      const judgement = this.#judge(facts, wanted, comparison, hasRecords);
      if (judgement === "suspect") suspect.add(key);
      if (judgement === "other") {
        this.reading.faults.set(wanted.name, { state: "other", message: describeOther(facts, wanted) });
      }
    }
    const names = [...this.#found.keys()].filter((key) => !this.reading.faults.has(this.#wanted.get(key)?.name ?? ""));
    const { sample, seed } = this.#options;
    const chosen = new Set([...suspect, ...chooseSample(names, sample, seed)]);
    await inParallel([...chosen], readLanes, (key) => this.#readObject(key));
  }

  async #listFolders(): Promise<void> {
    const { folders, signal } = this.#options;
    try {
      for (const prefix of folders.prefixes) {
        for await (const page of this.#target.bucket.list(prefix, signal)) for (const facts of page) this.#note(facts);
      }
      this.reading.isListed = true;
    } catch (error) {
      // A web server does not list; what it has is asked for one by one.
      if (!(error instanceof StoreError) || error.fault !== "unsupported") throw error;
    }
  }

  #note(facts: ObjectFacts): void {
    const { key } = facts;
    if (this.#wanted.has(key)) {
      this.#found.set(key, facts);
      return;
    }
    const { tolerated, removed } = this.#options.expectation;
    // The empty object that stands for a folder in some clouds' consoles.
    if (this.#options.folders.isOwn(key) || key.endsWith("/")) return;
    const name = this.#nameOf(key);
    if (tolerated.has(name)) return;
    const message = removed.has(name) ? "withdrawn, still there" : "nobody promoted this object";
    this.reading.unexpected.push({ name, message });
  }

  /** A digest or a path, as in the ledger; the key itself if it is neither. */
  #nameOf(key: string): string {
    const root = this.#target.keyOf("");
    return key.startsWith(root) ? key.slice(root.length) : key;
  }

  /** What is outside the listed folders. */
  async #readOthers(): Promise<void> {
    const { folders, signal } = this.#options;
    const isListed = (key: string) =>
      this.reading.isListed && folders.prefixes.some((prefix) => key.startsWith(prefix));
    const others = [...this.#wanted.keys()].filter((key) => !isListed(key));
    for (const [key, facts] of await readObjects(this.#target.bucket, others, { signal })) this.#found.set(key, facts);
    if (this.reading.isListed) return;
    const { removed } = this.#options.expectation;
    const keys = [...removed].flatMap((name) => (this.#isOfKind(name) ? [this.#target.keyOf(name)] : []));
    for (const key of (await readObjects(this.#target.bucket, keys, { signal })).keys()) {
      if (!this.#wanted.has(key))
        this.reading.unexpected.push({ name: this.#nameOf(key), message: "withdrawn, still there" });
    }
  }

  #isOfKind(name: string): boolean {
    const isDigest = /^sha256:[0-9a-f]{64}$/.test(name);
    return this.#target.kind === "blobs" ? isDigest : !isDigest && !name.includes("@") && !name.includes(":");
  }

  /** S3 reports checksums only to questions about one object; others report in lists what they have. */
  async #readChecksums(): Promise<void> {
    const { signal } = this.#options;
    const unsure = [...this.#found.values()].filter(({ sha256, md5 }) => sha256 === undefined && md5 === undefined);
    const [first, ...others] = unsure;
    if (!first || !(await this.#ask(first.key, signal))) return;
    await inParallel(others, lanes, ({ key }) => this.#ask(key, signal));
  }

  /** @returns whether it helps to ask */
  async #ask(key: string, signal: AbortSignal): Promise<boolean> {
    const facts = await this.#target.bucket.head(key, signal);
    if (!facts) {
      this.#found.delete(key);
      return true;
    }
    this.#asked.add(key);
    this.#found.set(key, facts);
    return facts.sha256 !== undefined || facts.recordedSha256 !== undefined;
  }

  #judge(
    facts: ObjectFacts,
    { sha256, size }: WantedObject,
    comparison: ChecksumComparison,
    hasRecords: boolean,
  ): "there" | "other" | "suspect" {
    const verdict = compareObject(facts, { sha256, size: size ?? facts.size });
    if (verdict === "other") return "other";
    if (verdict === "sha256") return "there";
    const isRecorded = hasRecords || this.#asked.has(facts.key);
    const isForeign = facts.recordedSha256 !== undefined ? facts.recordedSha256 !== sha256 : hasRecords && isRecorded;
    return isForeign || comparison.differ(sha256) ? "suspect" : "there";
  }

  async #readObject(key: string): Promise<void> {
    const wanted = this.#wanted.get(key);
    if (!wanted) return;
    const result = await this.#patience.read(() => this.#hash(key, wanted));
    this.#options.signal.throwIfAborted();
    if (result instanceof Unread) this.reading.unread.set(wholeStore, result.reason);
  }

  async #hash(key: string, { name, sha256 }: WantedObject): Promise<void> {
    const { signal } = this.#options;
    try {
      const { body } = await this.#target.bucket.open(key, { signal });
      const hash = createHash("sha256");
      let size = 0;
      for await (const chunk of body) {
        hash.update(chunk);
        size += chunk.length;
      }
      this.reading.read.objects += 1;
      this.reading.read.bytes += size;
      const found = hash.digest("hex");
      if (found === sha256) return;
      this.reading.faults.set(name, { state: "other", message: `its bytes have the SHA-256 ${found}` });
    } catch (error) {
      if (!(error instanceof StoreError) || error.fault !== "absent") throw error;
      this.reading.faults.set(name, { state: "missing", message: "the object is not there" });
    }
  }
}

function describeOther({ size, sha256 }: ObjectFacts, wanted: WantedObject): string {
  if (wanted.size !== undefined && size !== wanted.size) return `it has ${size} bytes, not ${wanted.size}`;
  return `its bytes have the SHA-256 ${sha256}`;
}

function collectWanted(
  target: BlobTarget | FileTarget,
  { expectation: { images, files }, sizes }: BucketAuditOptions,
): ReadonlyMap<string, WantedObject> {
  const wanted = new Map<string, WantedObject>();
  for (const digest of target.kind === "blobs" ? images.flatMap(({ blobs }) => blobs) : []) {
    // Buckets have no checksum of other algorithms.
    if (!digest.startsWith("sha256:")) continue;
    const object = { name: digest, sha256: digest.slice("sha256:".length), size: sizes.get(digest) };
    wanted.set(target.keyOf(digest), object);
  }
  for (const { path, sha256 } of target.kind === "files" ? files : []) {
    wanted.set(target.keyOf(path), { name: path, sha256, size: undefined });
  }
  return wanted;
}
