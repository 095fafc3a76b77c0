import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { targetName } from "../plan/target-name";
import type { RegistryTarget } from "../targets/target";
import { findUnmetRequirement } from "./find-unmet-requirement";
import type { ImageWork } from "./image-work";
import type { ParticipantFinder } from "./participants";
import { type RunContext, requestLanes } from "./run-context";

/** Sets the tags of images: the moment at which a release becomes visible. */
export class ImageTagRun {
  readonly #context: RunContext;
  readonly #participants: ParticipantFinder;
  /** The names of the origin's targets for images. */
  readonly #origins: readonly string[];

  constructor(context: RunContext, participants: ParticipantFinder) {
    this.#context = context;
    this.#participants = participants;
    this.#origins = context.targets.filter(({ isOrigin, kind }) => isOrigin && kind !== "files").map(targetName);
  }

  /** At all mirrors, of the images that are complete there. The origin is not touched. */
  async runAtMirrors(works: readonly ImageWork[]): Promise<void> {
    await this.#run(works, (target) => !target.isOrigin);
  }

  /** At the origin, of the images that are complete there and at the required mirrors. */
  async runAtOrigin(works: readonly ImageWork[]): Promise<void> {
    const permitted = works.filter((work) => this.#isPermitted(work));
    await this.#run(permitted, (target) => target.isOrigin);
    for (const { record } of permitted) {
      const unclear = this.#origins.filter((target) => !record.isFine(target));
      record.origin = unclear.length === 0 ? "shown" : "failed";
      if (unclear.length > 0) record.reason ??= `${unclear.join(" and ")} could not be completed`;
    }
  }

  #isPermitted({ record }: ImageWork): boolean {
    if (record.origin === "failed") return false;
    const unmet = findUnmetRequirement(this.#context.require, this.#participants.find(record));
    if (unmet === undefined) return true;
    record.reason = unmet;
    // Its release is visible already, and nothing is taken back because a mirror is down.
    if (record.wasComplete(this.#origins)) record.origin = "shown";
    return false;
  }

  async #run(works: readonly ImageWork[], isWanted: (target: RegistryTarget) => boolean): Promise<void> {
    const registries = this.#context.targets.filter((target) => target.kind === "registry" && target.filling === "run");
    const byName = new Map(registries.map((target) => [targetName(target), target as RegistryTarget]));
    const settings = works.flatMap((work) =>
      work.plan.missing.flatMap(({ target: name, tags }) => {
        const target = byName.get(name);
        return target && isWanted(target) && work.record.isFine(name) ? [{ work, target, tags }] : [];
      }),
    );
    await inParallel(settings, requestLanes, ({ work, target, tags }) => this.#setTags(work, target, tags));
  }

  async #setTags(work: ImageWork, target: RegistryTarget, tags: readonly string[]): Promise<void> {
    const name = targetName(target);
    for (const tag of tags) {
      try {
        await this.#context.health.watch(name, () => this.#setTag(work, target, tag));
      } catch (error) {
        this.#context.signal.throwIfAborted();
        work.record.noteFailure(name, error);
      }
    }
  }

  async #setTag({ plan, record, manifest }: ImageWork, target: RegistryTarget, tag: string): Promise<void> {
    const { signal } = this.#context;
    const repository = this.#context.openTarget(target, plan.repository);
    const current = await repository.headManifest(tag, signal);
    if (current?.digest === plan.digest) return;
    const name = `${plan.repository}:${tag}`;
    const missing = plan.missing.find((each) => each.target === targetName(target));
    const isMoved = missing?.moved?.some((moved) => moved.tag === tag && moved.from === current?.digest) === true;
    if (current && !isMoved && !this.#context.isMutable(name)) {
      const message = `${name} was set to ${current.digest} at ${targetName(target)} after the plan was made, and stays there`;
      throw new StoreError(`${message}: make a new plan`, "exists");
    }
    const content = manifest ?? (await repository.getManifest(plan.digest, signal));
    await repository.attach(content, tag, signal);
    await repository.confirmManifest(plan.digest, tag, signal);
    record.noteWritten(targetName(target), "digest");
    this.#context.counters.addTag(targetName(target));
  }
}
