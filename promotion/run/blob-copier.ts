import type { Body } from "../../stores/http/exchange";
import { inParallel } from "../../stores/in-parallel";
import type { Descriptor } from "../../stores/registry/content";
import { StoreError } from "../../stores/store-error";
import type { BlobRepository } from "../image/blob-repository";
import { targetName } from "../plan/target-name";
import type { BlobTarget, RegistryTarget } from "../targets/target";
import type { Sink } from "../transfer/copy-to-many";
import { copyVerified } from "./copy-verified";
import { findObject, type ObjectPlace, putObject } from "./put-object";
import type { RunContext } from "./run-context";
import type { TargetRepository } from "./run-repositories";
import { type ExpectedObject, hasContent, isReadBack, type Verification } from "./verification";

/** A blob, and where it should be. */
export interface BlobJob {
  readonly blob: Descriptor;
  /** The staging repositories that have it. */
  readonly sources: readonly BlobRepository[];
  /** The repositories that may lack it, by registry. */
  readonly registries: ReadonlyMap<RegistryTarget, ReadonlySet<string>>;
  readonly buckets: ReadonlySet<BlobTarget>;
  /** Places that have other bytes, and get it again: see {@link placeName}. */
  readonly damaged: ReadonlySet<string>;
}

/** What became of a blob at one place: see {@link placeName}. */
export type BlobOutcome =
  | { readonly state: "there" }
  | { readonly state: "written"; readonly verified: Verification | undefined }
  | { readonly state: "failed"; readonly error: unknown };

/** Names a repository of a registry, or a bucket. */
export function placeName(target: RegistryTarget | BlobTarget, repository?: string): string {
  return repository === undefined ? targetName(target) : `${targetName(target)} ${repository}`;
}

/** Repositories of one registry that are asked for a blob, or mount it, at the same time: all images may share a layer. */
const blobLanes = 16;

/** Blobs never change: caches may keep them for a year, the longest time that HTTP/1.1's authors suggested (RFC 2616, section 14.21). */
export const immutable = "public, max-age=31536000, immutable";

/**
 * How many places of blobs are remembered for mounts: about 20 MB of memory. A first run of everything has millions; what is forgotten
 * is uploaded to another repository instead of mounted.
 */
const mostHolders = 100_000;

/** Brings blobs to all places that lack them: by mounts, and otherwise with one read of the source for all. */
export class BlobCopier {
  readonly #context: RunContext;
  /** A repository that has the blob, by `TARGET DIGEST`. */
  readonly #holders = new Map<string, string>();

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** @returns what became of it, by place */
  async copy(job: BlobJob): Promise<Map<string, BlobOutcome>> {
    const results = new Map<string, BlobOutcome>();
    const registries = Array.from(job.registries, ([target, repositories]) =>
      this.#lookAtRegistry(job, target, repositories, results),
    );
    const buckets = Array.from(job.buckets, (target) => this.#lookAtBucket(job, target, results));
    const lacking = (await Promise.all([...registries, ...buckets])).flat();
    if (lacking.length === 0) return results;
    const { counters } = this.#context;
    counters.addObject(job.blob.size);
    await this.#copyTo(job, lacking, results);
    counters.finishObject(job.blob.size);
    return results;
  }

  async #copyTo(
    { blob, sources }: BlobJob,
    lacking: readonly Lacking[],
    results: Map<string, BlobOutcome>,
  ): Promise<void> {
    const needsMd5 = lacking.some((each) => each.needsMd5);
    const copied = { sha256: hexadecimalOf(blob.digest), size: blob.size, needsMd5 };
    const opened = sources.map((source) => ({
      name: `${source.host}/${source.name}@${blob.digest}`,
      open: (from: number, signal: AbortSignal) => source.openBlob(blob, { from, signal }),
    }));
    const names = lacking.map(({ name }) => name);
    const createSinks = (expected: () => ExpectedObject, wanted: ReadonlySet<string>): Sink[] =>
      lacking
        .filter(({ name }) => wanted.has(name))
        .map(({ name, write }) => ({ name, write: (body) => write(body, expected) }));
    const failures = await copyVerified(copied, opened, names, createSinks, this.#context);
    for (const { name, places } of lacking) {
      if (!failures.has(name)) continue;
      const outcome = { state: "failed", error: failures.get(name) } as const;
      for (const place of places) if (results.get(place)?.state !== "written") results.set(place, outcome);
    }
  }

  /** Finds the repositories that lack a blob, and mounts it where that works. @returns what still needs an upload */
  async #lookAtRegistry(
    { blob, damaged }: BlobJob,
    target: RegistryTarget,
    names: ReadonlySet<string>,
    results: Map<string, BlobOutcome>,
  ): Promise<Lacking[]> {
    const name = targetName(target);
    const { health } = this.#context;
    try {
      const lacking: string[] = [];
      await inParallel([...names], blobLanes, async (repository) => {
        const size = await health.watch(name, () => this.#open(target, repository).headBlob(blob.digest, this.#signal));
        if (size !== blob.size || damaged.has(placeName(target, repository))) lacking.push(repository);
        else this.#note(target, repository, blob, { state: "there" }, results);
      });
      const unmounted = await this.#mountAll(blob, target, lacking, results);
      if (unmounted.length === 0) return [];
      const write = (body: Body) => this.#upload(blob, target, unmounted, body, results);
      const places = unmounted.map((repository) => placeName(target, repository));
      return [{ name, places, needsMd5: false, write }];
    } catch (error) {
      this.#rethrowIfStopped();
      for (const repository of names) {
        const place = placeName(target, repository);
        if (!results.has(place)) results.set(place, { state: "failed", error });
      }
      return [];
    }
  }

  async #lookAtBucket(
    { blob, damaged }: BlobJob,
    target: BlobTarget,
    results: Map<string, BlobOutcome>,
  ): Promise<Lacking[]> {
    const name = targetName(target);
    const place: ObjectPlace = { bucket: target.bucket, key: target.keyOf(blob.digest), target: name };
    const sha256 = hexadecimalOf(blob.digest);
    try {
      const isTrusted = !damaged.has(name);
      if (isTrusted && (await findObject(place, { size: blob.size, sha256 }, this.#context)) === "same") {
        results.set(name, { state: "there" });
        return [];
      }
    } catch (error) {
      this.#rethrowIfStopped();
      results.set(name, { state: "failed", error });
      return [];
    }
    const write = async (body: Body, expected: () => ExpectedObject) => {
      const options = { sha256, contentType: "application/octet-stream", cacheControl: immutable };
      const verified = await putObject(place, body, options, expected, this.#context);
      this.#context.counters.addWritten(name, blob.size);
      results.set(name, { state: "written", verified });
    };
    return [{ name, places: [name], needsMd5: target.bucket.reportsMd5 === true, write }];
  }

  /** Uploads to the first repository, and mounts from there to the others. */
  async #upload(
    blob: Descriptor,
    target: RegistryTarget,
    repositories: readonly string[],
    body: Body,
    results: Map<string, BlobOutcome>,
  ): Promise<void> {
    const name = targetName(target);
    const waiting = repositories.filter(
      (repository) => results.get(placeName(target, repository))?.state !== "written",
    );
    for (let rest = waiting; rest.length > 0; ) {
      const [first = "", ...others] = rest;
      const repository = this.#open(target, first);
      const upload = () => repository.upload(blob.digest, body, this.#signal);
      const verified = await this.#context.health.watch(name, async () => {
        await upload();
        await repository.confirmBlob(blob.digest, blob.size, this.#signal).catch(async (error) => {
          // The registry confirmed the blob, and does not have it: once more.
          if (!(error instanceof StoreError) || error.fault === "denied") throw error;
          await upload();
          await repository.confirmBlob(blob.digest, blob.size, this.#signal);
        });
        return this.#readBack(blob, repository);
      });
      this.#context.counters.addWritten(name, blob.size);
      this.#note(target, first, blob, { state: "written", verified }, results);
      rest = await this.#mountAll(blob, target, others, results);
    }
  }

  /** @returns the repositories in which the registry requires an upload */
  async #mountAll(
    blob: Descriptor,
    target: RegistryTarget,
    repositories: readonly string[],
    results: Map<string, BlobOutcome>,
  ): Promise<string[]> {
    const unmounted: string[] = [];
    await inParallel(repositories, blobLanes, async (repository) => {
      const from = this.#holders.get(`${targetName(target)} ${blob.digest}`);
      const isMounted = from !== undefined && (await this.#mount(blob, target, repository, from));
      if (isMounted) this.#note(target, repository, blob, { state: "written", verified: "digest" }, results);
      else unmounted.push(repository);
    });
    return unmounted;
  }

  async #mount(blob: Descriptor, target: RegistryTarget, repository: string, from: string): Promise<boolean> {
    const name = targetName(target);
    const opened = this.#open(target, repository);
    const source = this.#open(target, from).name;
    const isMounted = await this.#context.health.watch(name, async () => {
      // The size decides: a registry without mounts may keep the blobs of all repositories together, as crane's does.
      await opened.mount(blob.digest, source, this.#signal);
      return (await opened.headBlob(blob.digest, this.#signal)) === blob.size;
    });
    if (isMounted) this.#context.counters.addWritten(name);
    return isMounted;
  }

  async #readBack(blob: Descriptor, repository: TargetRepository): Promise<Verification> {
    const expected = { sha256: hexadecimalOf(blob.digest), size: blob.size };
    if (!isReadBack(expected.sha256, this.#context)) return "digest";
    const body = await repository.openBlob(blob, { signal: this.#signal });
    if (await hasContent(body, expected)) return "read back";
    const message = `${repository.host}/${repository.name}@${blob.digest} does not have the bytes that were written`;
    throw new StoreError(message, "corrupt");
  }

  #note(
    target: RegistryTarget,
    repository: string,
    blob: Descriptor,
    outcome: BlobOutcome,
    results: Map<string, BlobOutcome>,
  ): void {
    results.set(placeName(target, repository), outcome);
    this.#holders.set(`${targetName(target)} ${blob.digest}`, repository);
    const [oldest] = this.#holders.keys();
    if (this.#holders.size > mostHolders && oldest !== undefined) this.#holders.delete(oldest);
  }

  #open(target: RegistryTarget, repository: string): TargetRepository {
    return this.#context.openTarget(target, repository);
  }

  get #signal(): AbortSignal {
    return this.#context.signal;
  }

  #rethrowIfStopped(): void {
    this.#signal.throwIfAborted();
  }
}

/** A target that needs the bytes of a blob. */
interface Lacking {
  /** Of the target. */
  readonly name: string;
  readonly places: readonly string[];
  readonly needsMd5: boolean;
  write(body: Body, expected: () => ExpectedObject): Promise<void>;
}

/** A digest without `sha256:`. */
export function hexadecimalOf(digest: string): string {
  return digest.slice("sha256:".length);
}
