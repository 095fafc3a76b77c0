import type { Bucket } from "../../stores/bucket";
import { isEcrRegistry } from "../../stores/credentials/registries/ecr-api";
import { inParallel } from "../../stores/in-parallel";
import type { Content } from "../../stores/registry/content";
import { StoreError } from "../../stores/store-error";
import { completionKey } from "../plan/completion-key";
import { targetName } from "../plan/target-name";
import { type RunContext, requestLanes } from "../run/run-context";
import type { TargetRepository } from "../run/run-repositories";
import type { BlobTarget, FileTarget, RegistryTarget, Target } from "../targets/target";
import type { Removal } from "./removal";
import type { RemovalOutcome } from "./removal-report";

/** What removing needs of a run. */
export type RemovalContext = Pick<RunContext, "openTarget" | "health" | "clock" | "signal">;

/** Pauses before something that was deleted is asked for again, in milliseconds: some stores are eventually consistent. */
const pauses = [250, 1_000, 4_000];

/** Why an artifact is still there, though nothing failed. */
class Kept extends Error {}

/**
 * Deletes withdrawn artifacts at one target, each verified by asking for it again. Every step first looks at what is there, so that a
 * run which was killed anywhere is finished by running again.
 */
export class TargetRemover {
  readonly #target: Target;
  readonly #name: string;
  readonly #context: RemovalContext;
  /** By repository and reference, so that two removals do the same thing once. */
  readonly #done = new Map<string, Promise<boolean>>();

  constructor(target: Target, context: RemovalContext) {
    this.#target = target;
    this.#name = targetName(target);
    this.#context = context;
  }

  /** @param removals whose waiting time is over, and that go to the target @returns in the same order @throws the reason of the signal */
  async remove(removals: readonly Removal[]): Promise<RemovalOutcome[]> {
    const target = this.#target;
    if (target.kind !== "registry") {
      const remove = (removal: Removal) =>
        target.kind === "blobs" ? this.#removeBlobs(removal, target) : this.#removeFile(removal, target);
      return inParallel(removals, requestLanes, (removal) => this.#settle(() => remove(removal)));
    }
    // Tags first, so that nobody finds what is about to go; then indexes before their children, some registries insist on it.
    const tagged = await inParallel(removals, requestLanes, (removal) =>
      this.#settle(() => this.#removeTags(removal, target)),
    );
    const promised = await inParallel(removals, requestLanes, (removal) =>
      this.#settle(() => this.#requireRemovable(removal, target)),
    );
    const manifests = await this.#removeManifests(removals, [tagged, promised], target);
    return removals.map((removal, index) => {
      const own = [tagged[index] as RemovalOutcome, promised[index] as RemovalOutcome];
      const parts = (removal.manifests ?? []).map((digest) => manifests.get(`${removal.name}@${digest}`));
      return joinOutcomes([...own, ...parts.filter((part) => part !== undefined)]);
    });
  }

  /** What belongs to an image that stays, stays with it: an index without its children would be worse than all of it. */
  async #removeManifests(
    removals: readonly Removal[],
    before: readonly (readonly RemovalOutcome[])[],
    target: RegistryTarget,
  ): Promise<ReadonlyMap<string, RemovalOutcome>> {
    const outcomes = new Map<string, RemovalOutcome>();
    const staying = new Set<string>();
    const keep = ({ name, manifests = [] }: Removal) => {
      for (const digest of manifests) staying.add(`${name}@${digest}`);
    };
    const isStaying = (outcome: RemovalOutcome | undefined) => outcome?.state === "left" || outcome?.state === "failed";
    for (const [index, removal] of removals.entries()) {
      if (before.some((outcomesOf) => isStaying(outcomesOf[index]))) keep(removal);
    }
    for (const { name, digest } of sortManifests(removals)) {
      const key = `${name}@${digest}`;
      if (staying.has(key)) continue;
      const removal = removals.find((each) => each.name === name && each.digest === digest);
      const outcome = await this.#settle(() => this.#removeManifest(name, digest, removal, target));
      outcomes.set(key, outcome);
      if (removal && isStaying(outcome)) keep(removal);
    }
    return outcomes;
  }

  /** Whether an artifact that cannot be deleted here is still there. @throws StoreError if that cannot be found out */
  async isThere({ kind, name, digest, tags, records = [], blobs = [] }: Removal): Promise<boolean> {
    const target = this.#target;
    const { signal, health } = this.#context;
    return health.watch(this.#name, async () => {
      if (target.kind === "files") return (await target.bucket.head(target.keyOf(name), signal)) !== undefined;
      if (target.kind === "blobs") {
        const keys = [
          ...records.map((each) => completionKey(each, target.keyOf)),
          ...blobs.map((each) => target.keyOf(each)),
        ];
        for (const key of keys) if (await target.bucket.head(key, signal)) return true;
        return false;
      }
      const repository = this.#context.openTarget(target, name);
      if (kind === "image") return (await repository.headManifest(digest, signal)) !== undefined;
      for (const tag of tags) if ((await repository.headManifest(tag, signal))?.digest === digest) return true;
      return false;
    });
  }

  /** @returns the outcome of some work that says whether it deleted anything */
  async #settle(work: () => Promise<boolean>): Promise<RemovalOutcome> {
    const target = this.#name;
    try {
      const isDeleted = await this.#context.health.watch(target, work);
      return isDeleted ? { target, state: "deleted", until: new Date().toISOString() } : { target, state: "gone" };
    } catch (error) {
      this.#context.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      const isLeft = error instanceof Kept || (error instanceof StoreError && error.fault === "unsupported");
      return { target, state: isLeft ? "left" : "failed", reason };
    }
  }

  async #removeTags(removal: Removal, target: RegistryTarget): Promise<boolean> {
    const { kind, name, digest, tags, manifests = [] } = removal;
    const { signal } = this.#context;
    const repository = this.#context.openTarget(target, name);
    const isStaying = kind === "tags" || !manifests.includes(digest);
    let isDeleted = false;
    for (const tag of tags) {
      // It may have been set to something else in the meantime.
      if ((await repository.headManifest(tag, signal))?.digest !== digest) continue;
      if (isStaying) await this.#requireOtherTag(repository, removal, target);
      const content = isStaying ? await repository.getManifest(digest, signal) : undefined;
      try {
        await repository.removeTag(tag, signal);
      } catch (error) {
        // Many registries remove tags only with their manifest.
        if (kind === "image" && error instanceof StoreError && error.fault === "unsupported") continue;
        throw error;
      }
      await this.#confirm(
        `${target.host}/${repository.name}:${tag}`,
        async () => (await repository.headManifest(tag, signal))?.digest !== digest,
      );
      if (content) await this.#putBack(repository, content);
      isDeleted = true;
    }
    return isDeleted;
  }

  /**
   * Amazon's registries delete an image with its last tag, and have no other way to remove one (Amazon ECR, BatchDeleteImage;
   * aws/containers-roadmap, issue 1567).
   */
  async #requireOtherTag(repository: TargetRepository, removal: Removal, { host }: RegistryTarget): Promise<void> {
    if (!isEcrRegistry(host)) return;
    const { digest, stayingTags = [], promisedTags = [] } = removal;
    for (const tag of [...stayingTags, ...promisedTags]) {
      if ((await repository.headManifest(tag, this.#context.signal))?.digest === digest) return;
    }
    throw new Kept(
      `${host} deletes an image with its last tag, and the digest stays: promote it under another tag first`,
    );
  }

  /** Some registries delete a manifest with a tag, though its digest stays. */
  async #putBack(repository: TargetRepository, content: Content): Promise<void> {
    const { signal } = this.#context;
    if (await repository.headManifest(content.digest, signal)) return;
    await repository.attach(content, content.digest, signal);
    await repository.confirmManifest(content.digest, content.digest, signal);
  }

  #removeManifest(name: string, digest: string, own: Removal | undefined, target: RegistryTarget): Promise<boolean> {
    const key = `${name}@${digest}`;
    const known = this.#done.get(key) ?? this.#removeManifestOnce(name, digest, own, target);
    this.#done.set(key, known);
    return known;
  }

  async #removeManifestOnce(
    name: string,
    digest: string,
    own: Removal | undefined,
    target: RegistryTarget,
  ): Promise<boolean> {
    const { signal } = this.#context;
    const repository = this.#context.openTarget(target, name);
    if (!(await repository.headManifest(digest, signal))) return false;
    await this.#requireNoPromisedTag(repository, digest, own?.promisedTags ?? []);
    await repository.removeManifest(digest, signal);
    await this.#confirm(
      `${target.host}/${repository.name}@${digest}`,
      async () => !(await repository.headManifest(digest, signal)),
    );
    await this.#removeReferrersTag(repository, digest);
    return true;
  }

  /** Asks before anything of an image is deleted. @returns false, as nothing is deleted @throws Kept if it stays */
  async #requireRemovable({ name, digest, promisedTags = [] }: Removal, target: RegistryTarget): Promise<boolean> {
    await this.#requireNoPromisedTag(this.#context.openTarget(target, name), digest, promisedTags);
    return false;
  }

  /** A registry removes a digest with all tags that lead to it, also those that are promised for another digest, and never move. */
  async #requireNoPromisedTag(repository: TargetRepository, digest: string, tags: readonly string[]): Promise<void> {
    for (const tag of tags) {
      if ((await repository.headManifest(tag, this.#context.signal))?.digest !== digest) continue;
      throw new Kept(
        `the tag ${tag}, which is promised for another digest, still leads to it: release under a new tag`,
      );
    }
  }

  /** The list of referrers where a registry has no API for them (OCI distribution specification 1.1, "Referrers Tag Schema"). */
  async #removeReferrersTag(repository: TargetRepository, digest: string): Promise<void> {
    const { signal } = this.#context;
    const tag = digest.replace(":", "-");
    if (!(await repository.headManifest(tag, signal))) return;
    await repository.removeTag(tag, signal).catch((error) => {
      if (!(error instanceof StoreError) || error.fault !== "unsupported") throw error;
    });
  }

  /** The records of completion first: a later plan must not take what is incomplete for complete. */
  async #removeBlobs({ records = [], blobs = [] }: Removal, { bucket, keyOf }: BlobTarget): Promise<boolean> {
    let isDeleted = false;
    for (const digest of records)
      isDeleted = (await this.#removeObject(bucket, completionKey(digest, keyOf))) || isDeleted;
    const removed = await inParallel(blobs, 8, (digest) => this.#removeObject(bucket, keyOf(digest)));
    return isDeleted || removed.includes(true);
  }

  #removeFile({ name }: Removal, { bucket, keyOf }: FileTarget): Promise<boolean> {
    return this.#removeObject(bucket, keyOf(name));
  }

  #removeObject(bucket: Bucket, key: string): Promise<boolean> {
    const known = this.#done.get(key) ?? this.#removeObjectOnce(bucket, key);
    this.#done.set(key, known);
    return known;
  }

  async #removeObjectOnce(bucket: Bucket, key: string): Promise<boolean> {
    const { signal } = this.#context;
    if (!(await bucket.head(key, signal))) return false;
    signal.throwIfAborted();
    await bucket.remove(key);
    await this.#confirm(`${bucket.url}/${key}`, async () => !(await bucket.head(key, signal)));
    return true;
  }

  /** @throws StoreError "transient" if it does not go */
  async #confirm(what: string, isGone: () => Promise<boolean>): Promise<void> {
    for (const pause of [...pauses, undefined]) {
      if (await isGone()) return;
      if (pause !== undefined) await this.#context.clock.wait(pause, this.#context.signal);
    }
    throw new StoreError(`${what} was deleted, but is still there`, "transient");
  }
}

/** All manifests of removals, each once: what is attached, then indexes, then children; a child of two indexes after both. */
function sortManifests(removals: readonly Removal[]): { readonly name: string; readonly digest: string }[] {
  const sorted = new Map<string, { readonly name: string; readonly digest: string }>();
  const add = (name: string, digest: string) => {
    const key = `${name}@${digest}`;
    sorted.delete(key);
    sorted.set(key, { name, digest });
  };
  const parts = removals.map(({ name, digest, manifests = [] }) => {
    const at = manifests.indexOf(digest);
    const before = at < 0 ? [] : manifests.slice(0, at);
    return { name, before, rest: manifests.slice(before.length) };
  });
  for (const { name, before } of parts) for (const digest of before) add(name, digest);
  // Those with the fewest parts last: what contains others has more than they.
  for (const { name, rest } of parts.toSorted((a, b) => b.rest.length - a.rest.length))
    for (const digest of rest) add(name, digest);
  return [...sorted.values()];
}

const severity = ["gone", "deleted", "left", "failed"] as const;

/** The worst of the parts counts. */
function joinOutcomes(parts: readonly RemovalOutcome[]): RemovalOutcome {
  return parts.reduce((worst, part) => (severity.indexOf(part.state) >= severity.indexOf(worst.state) ? part : worst));
}
