import { inParallel } from "../../stores/in-parallel";
import type { Descriptor } from "../../stores/registry/content";
import { StoreError } from "../../stores/store-error";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import type { ArtifactRecord } from "./artifact-record";
import { hexadecimalOf } from "./blob-copier";
import type { FileWork } from "./file-run";
import type { ImageWork } from "./image-work";
import { type RunContext, requestLanes } from "./run-context";
import type { TargetRepository } from "./run-repositories";
import { compareObject, type ExpectedObject, hasContent, isReadBack, type Verification } from "./verification";

/** What others copy to a mirror. */
interface Awaited {
  readonly record: ArtifactRecord;
  readonly target: Target;
  /** What is not verified yet. Each check returns undefined while the object is not there. */
  readonly checks: Set<() => Promise<Verification | undefined>>;
}

/** How often copies are looked for, in milliseconds. */
const interval = 15_000;

/**
 * Verifies what clouds and donors copy themselves. Copies of clouds are awaited for the patience of the run, those of donors are looked
 * at once. What is not there is noted as waiting, and the next run looks again.
 */
export class CopyWait {
  readonly #context: RunContext;
  readonly #targets: ReadonlyMap<string, Target>;

  constructor(context: RunContext) {
    this.#context = context;
    const others = context.targets.filter(({ filling }) => filling !== "run");
    this.#targets = new Map(others.map((target) => [targetName(target), target]));
  }

  /** Failures are in the records. @throws the reason of the signal */
  async run(images: readonly ImageWork[], files: readonly FileWork[]): Promise<void> {
    const { clock, patience, signal } = this.#context;
    let waiting = [
      ...images.flatMap((work) => this.#awaitImage(work)),
      ...files.flatMap((work) => this.#awaitFile(work)),
    ];
    const until = clock.now() + patience;
    for (;;) {
      await inParallel(waiting, requestLanes, (each) => this.#check(each));
      const left = until - clock.now();
      waiting = waiting.filter(({ checks, record, target }) => checks.size > 0 && record.isFine(targetName(target)));
      const isWorthIt = waiting.some(({ target }) => target.filling === "cloud");
      if (!isWorthIt || left <= 0) break;
      await clock.wait(Math.min(interval, left), signal);
    }
    for (const { record, target, checks } of waiting) {
      const who = target.filling === "cloud" ? "its cloud" : "its donor";
      record.noteWaiting(targetName(target), `${who} has not copied ${checks.size} of its objects yet`);
    }
  }

  #awaitImage({ plan, record, contents }: ImageWork): Awaited[] {
    return this.#others(plan.missing.map(({ target }) => target)).flatMap((target): Awaited[] => {
      if (!contents) return [];
      const checks = new Set<() => Promise<Verification | undefined>>();
      if (target.kind === "registry") {
        const repository = this.#context.openTarget(target, plan.repository);
        for (const { digest } of contents.manifests) {
          checks.add(async () => (await repository.headManifest(digest, this.#context.signal)) && "digest");
        }
        for (const blob of contents.blobs) checks.add(() => this.#checkBlob(repository, blob, target.filling));
        const { tags } = plan.missing.find((each) => each.target === targetName(target)) ?? { tags: [] };
        for (const tag of tags) {
          checks.add(async () =>
            (await repository.headManifest(tag, this.#context.signal))?.digest === plan.digest ? "digest" : undefined,
          );
        }
      } else {
        for (const { digest, size } of contents.blobs) {
          checks.add(() => this.#checkObject(target, target.keyOf(digest), { size, sha256: hexadecimalOf(digest) }));
        }
      }
      return [{ record, target, checks }];
    });
  }

  #awaitFile({ plan, record }: FileWork): Awaited[] {
    return this.#others(plan.missing).flatMap((target): Awaited[] => {
      if (target.kind !== "files" || record.bytes === undefined) return [];
      const expected = { size: record.bytes, sha256: plan.sha256 };
      return [
        { record, target, checks: new Set([() => this.#checkObject(target, target.keyOf(plan.path), expected)]) },
      ];
    });
  }

  #others(names: readonly string[]): Target[] {
    return names.flatMap((name) => this.#targets.get(name) ?? []);
  }

  async #check({ record, target, checks }: Awaited): Promise<void> {
    const name = targetName(target);
    try {
      for (const check of checks) {
        const verified = await this.#context.health.watch(name, check);
        if (verified === undefined) return;
        checks.delete(check);
        record.noteWritten(name, verified);
      }
      record.noteCopied(name);
    } catch (error) {
      this.#context.signal.throwIfAborted();
      record.noteFailure(name, error);
    }
  }

  /** A cloud's copies have the digests that its registry computed; what a donor's registry says is checked by reading a share. */
  async #checkBlob(
    repository: TargetRepository,
    blob: Descriptor,
    filling: Target["filling"],
  ): Promise<Verification | undefined> {
    const { signal } = this.#context;
    const { digest, size } = blob;
    if ((await repository.headBlob(digest, signal)) !== size) return undefined;
    const expected = { size, sha256: hexadecimalOf(digest) };
    if (filling !== "donor" || !isReadBack(expected.sha256, this.#context)) return "digest";
    if (await hasContent(await repository.openBlob(blob, { signal }), expected)) return "read back";
    throw new StoreError(`${repository.host}/${repository.name}@${digest} has other bytes`, "corrupt");
  }

  async #checkObject(
    { bucket, filling }: Extract<Target, { kind: "blobs" | "files" }>,
    key: string,
    expected: ExpectedObject,
  ): Promise<Verification | undefined> {
    const { signal } = this.#context;
    const facts = await bucket.head(key, signal);
    if (!facts) return undefined;
    const comparison = compareObject(facts, expected);
    // A donor's server says what the donor wants.
    if (filling === "cloud" && (comparison === "sha256" || comparison === "md5")) return comparison;
    const isOther = comparison === "other";
    if (!isOther && !isReadBack(expected.sha256, this.#context)) return "size";
    if (!isOther && (await hasContent((await bucket.open(key, { signal })).body, expected))) return "read back";
    throw new StoreError(`${bucket.url}/${key} does not have the SHA-256 ${expected.sha256}`, "corrupt");
  }
}
