import { createHash } from "node:crypto";
import type { Bucket } from "../../stores/bucket";
import type { Content, Descriptor } from "../../stores/registry/content";
import { StoreError } from "../../stores/store-error";
import type { BlobRepository } from "../image/blob-repository";
import type { FileTarget, RegistryTarget, Target } from "../targets/target";
import type { SourceRepository } from "./run-repositories";

type OpenTarget = (target: RegistryTarget, repository: string) => SourceRepository;

/**
 * All mirrors as one source: each manifest, blob and file is read from whichever mirror has it, the origin first. What one mirror lacks or
 * has damaged, the next one may have. The copy verifies digests.
 */
export class MirrorSources {
  readonly #targets: readonly Target[];
  readonly #openTarget: OpenTarget;

  constructor(targets: readonly Target[], openTarget: OpenTarget) {
    this.#targets = [...targets].sort((a, b) => Number(b.isOrigin) - Number(a.isOrigin));
    this.#openTarget = openTarget;
  }

  /** Opens a repository of all mirrors. */
  openRepository(repository: string): SourceRepository {
    const registries = this.#targets.flatMap((target) =>
      target.kind === "registry" ? [this.#openTarget(target, repository)] : [],
    );
    const buckets = this.#targets.flatMap((target): BlobRepository[] => {
      if (target.kind !== "blobs") return [];
      const { bucket, keyOf } = target;
      const openBlob: BlobRepository["openBlob"] = async ({ digest }, part = {}) =>
        (await bucket.open(keyOf(digest), part)).body;
      return [{ host: bucket.url, name: repository, openBlob }];
    });
    return new MirrorRepository(repository, registries, [...registries, ...buckets]);
  }

  /** Where a file may be. */
  openFile(path: string): readonly { readonly bucket: Bucket; readonly key: string }[] {
    const files = this.#targets.filter((target): target is FileTarget => target.kind === "files");
    return files.map(({ bucket, keyOf }) => ({ bucket, key: keyOf(path) }));
  }
}

class MirrorRepository implements SourceRepository {
  readonly host = "mirrors";
  readonly name: string;
  readonly alternatives: readonly BlobRepository[];
  readonly #registries: readonly SourceRepository[];

  constructor(name: string, registries: readonly SourceRepository[], alternatives: readonly BlobRepository[]) {
    this.name = name;
    this.#registries = registries;
    this.alternatives = alternatives;
  }

  getManifest(digest: string): Promise<Content> {
    return this.#findFirst(digest, async (registry) => {
      const content = await registry.getManifest(digest);
      const found = `sha256:${createHash("sha256").update(content.bytes).digest("hex")}`;
      if (found === digest) return content;
      throw new StoreError(`${registry.host}/${registry.name}@${digest} has other bytes`, "corrupt");
    });
  }

  async headManifest(reference: string): Promise<{ readonly digest: string } | undefined> {
    let failure: unknown;
    for (const registry of this.#registries) {
      try {
        const found = await registry.headManifest(reference);
        if (found) return found;
      } catch (error) {
        failure = requireStoreError(error);
      }
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  async referrers(digest: string, signal?: AbortSignal): Promise<readonly Descriptor[]> {
    const found = new Map<string, Descriptor>();
    await this.#askAll(async (registry) => {
      for (const each of await registry.referrers(digest, signal)) found.set(each.digest, each);
    });
    return [...found.values()];
  }

  async *tags(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const tags = new Set<string>();
    await this.#askAll(async (registry) => {
      for await (const page of registry.tags(signal)) for (const tag of page) tags.add(tag);
    });
    yield [...tags];
  }

  openBlob(blob: Descriptor, part?: Parameters<BlobRepository["openBlob"]>[1]): ReturnType<BlobRepository["openBlob"]> {
    return this.#tryAll(this.alternatives, blob.digest, (each) => each.openBlob(blob, part));
  }

  #findFirst<T>(reference: string, work: (registry: SourceRepository) => Promise<T>): Promise<T> {
    return this.#tryAll(this.#registries, reference, work);
  }

  async #tryAll<S, T>(places: readonly S[], reference: string, work: (place: S) => Promise<T>): Promise<T> {
    let failure: unknown;
    for (const place of places) {
      try {
        return await work(place);
      } catch (error) {
        failure = requireStoreError(error);
      }
    }
    if (failure instanceof StoreError && failure.fault !== "absent") throw failure;
    throw new StoreError(`no mirror has ${this.name}@${reference}`, "absent");
  }

  /** Asks all registries. A registry that fails may be the lost one. @throws StoreError if all fail */
  async #askAll(work: (registry: SourceRepository) => Promise<void>): Promise<void> {
    const failures: unknown[] = [];
    for (const registry of this.#registries) {
      try {
        await work(registry);
      } catch (error) {
        failures.push(requireStoreError(error));
      }
    }
    if (failures.length > 0 && failures.length === this.#registries.length) throw failures[0];
  }
}

function requireStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  throw error;
}
