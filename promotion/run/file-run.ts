import type { Body } from "../../stores/http/exchange";
import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import type { FilePlan } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { FileTarget } from "../targets/target";
import type { Sink } from "../transfer/copy-to-many";
import { SourceFailure } from "../transfer/source-failure";
import type { ArtifactRecord } from "./artifact-record";
import { copyVerified } from "./copy-verified";
import { headersOf } from "./file-headers";
import { findUnmetRequirement } from "./find-unmet-requirement";
import { openFileSources } from "./open-source";
import type { ParticipantFinder } from "./participants";
import { findObject, type ObjectPlace, putObject } from "./put-object";
import { requireAllowedFile } from "./require-allowed";
import type { RunContext } from "./run-context";
import { compareObject, type ExpectedObject } from "./verification";

/** A file of the plan, while it is worked on. */
export interface FileWork {
  readonly plan: FilePlan;
  readonly record: ArtifactRecord;
}

/** Where a file is copied from. */
type FileSource = ReturnType<typeof openFileSources>[number];

function describeAbsence({ source, path }: FilePlan, { mirrors }: RunContext): string {
  if (mirrors) return `no mirror has ${path}`;
  return `${source} does not exist any more: publish it again in staging`;
}

/** A target that lacks a file. */
interface LackingTarget {
  readonly name: string;
  readonly target: FileTarget;
  readonly place: ObjectPlace;
  /** The version that is replaced. */
  readonly current: string | "absent";
}

/**
 * Brings files to the targets that the run writes to. The origin gets the last bytes of a file, without which it is not visible, after
 * the required mirrors have all of it, verified.
 */
export class FileRun {
  readonly #context: RunContext;
  readonly #participants: ParticipantFinder;
  readonly #targets: ReadonlyMap<string, FileTarget>;

  constructor(context: RunContext, participants: ParticipantFinder) {
    this.#context = context;
    this.#participants = participants;
    const files = context.targets.filter((target) => target.kind === "files" && target.filling === "run");
    this.#targets = new Map(files.map((target) => [targetName(target), target as FileTarget]));
  }

  /** Failures are in the records. @throws the reason of the signal */
  async run(works: readonly FileWork[]): Promise<void> {
    await inParallel(works, this.#context.lanes, async (work) => {
      try {
        await this.#runFile(work);
      } catch (error) {
        this.#context.signal.throwIfAborted();
        work.record.failEverywhere(error);
      }
    });
  }

  /** Tries again what was held at the origin: the required mirrors may be complete by now. The source is read once more. */
  async runHeld(works: readonly FileWork[]): Promise<void> {
    const held = works.filter(({ record }) => record.origin === "held");
    for (const { record } of held) {
      for (const [name, { isOrigin }] of this.#targets) if (isOrigin) record.forgetFailure(name);
    }
    await this.run(held);
  }

  /** Tries all sources: what one lacks or has damaged, the next one may have. */
  async #runFile(work: FileWork): Promise<void> {
    const sources = openFileSources(work.plan, this.#context);
    const wanted = work.plan.missing.filter((name) => this.#targets.has(name));
    for (const [index, source] of sources.entries()) {
      const isLast = index === sources.length - 1;
      try {
        await this.#copyFrom(work, source);
        if (isLast || wanted.every((name) => work.record.isFine(name))) break;
        for (const name of wanted) work.record.forgetFailure(name);
      } catch (error) {
        if (isLast) throw error;
        this.#context.signal.throwIfAborted();
      }
    }
    this.#noteOrigin(work.record);
  }

  async #copyFrom(work: FileWork, { bucket, key }: FileSource): Promise<void> {
    const { plan, record } = work;
    const facts = await bucket.head(key, this.#context.signal);
    if (!facts) throw new StoreError(describeAbsence(plan, this.#context), "absent");
    requireAllowedFile(plan, facts.size, this.#context);
    const expected = { size: facts.size, sha256: plan.sha256 };
    record.bytes = facts.size;
    const wanted = plan.missing.flatMap((name) => this.#targets.get(name) ?? []);
    const lacking = (await Promise.all(wanted.map((target) => this.#look(work, target, expected)))).flat();
    const open = async (from: number, signal: AbortSignal) => (await bucket.open(key, { from, signal })).body;
    const name = this.#context.mirrors ? `${bucket.url}/${key}` : plan.source;
    if (lacking.length > 0) await this.#copy(work, expected, { name, open }, lacking);
  }

  async #look({ plan, record }: FileWork, target: FileTarget, expected: ExpectedObject): Promise<LackingTarget[]> {
    const name = targetName(target);
    const place = { bucket: target.bucket, key: target.keyOf(plan.path), target: name };
    try {
      const isDamaged = plan.damaged?.includes(name) === true;
      const found = isDamaged
        ? await this.#findDamaged(place, expected)
        : await findObject(place, expected, this.#context);
      if (found === "same") return [];
      if (found && !isDamaged && !this.#context.isMutable(plan.path)) {
        const message = `${plan.path} has other content at ${name}, and may not change: promote it under a new name`;
        throw new StoreError(message, "exists");
      }
      if (found && found.etag === undefined) throw new StoreError(`${name} reports no version of ${plan.path}`);
      return [{ name, target, place, current: found?.etag ?? "absent" }];
    } catch (error) {
      this.#context.signal.throwIfAborted();
      record.noteFailure(name, error);
      return [];
    }
  }

  /** Only the store's own checksum shows that an object was repaired already. */
  async #findDamaged({ bucket, key, target }: ObjectPlace, expected: ExpectedObject): ReturnType<typeof findObject> {
    const { health, signal } = this.#context;
    const facts = await health.watch(target, () => bucket.head(key, signal));
    return facts && compareObject(facts, expected) === "sha256" ? "same" : facts;
  }

  async #copy(
    work: FileWork,
    expected: ExpectedObject,
    source: Parameters<typeof copyVerified>[1][number],
    lacking: readonly LackingTarget[],
  ): Promise<void> {
    const { record } = work;
    const { counters } = this.#context;
    counters.addObject(expected.size);
    const names = lacking.map(({ name }) => name);
    const create = (known: () => ExpectedObject, wanted: ReadonlySet<string>) =>
      this.#createSinks(
        work,
        lacking.filter(({ name }) => wanted.has(name)),
        known,
      );
    const needsMd5 = lacking.some(({ target }) => target.bucket.reportsMd5 === true);
    const failures = await copyVerified({ ...expected, needsMd5 }, [source], names, create, this.#context);
    counters.finishObject(expected.size);
    for (const [name, error] of failures) record.noteFailure(name, error);
  }

  #createSinks(work: FileWork, lacking: readonly LackingTarget[], expected: () => ExpectedObject): Sink[] {
    const mirrors = lacking.filter(({ target }) => !target.isOrigin);
    const origins = lacking.filter(({ target }) => target.isOrigin);
    const awaited = new Set(mirrors.map(({ name }) => name));
    const writes: Promise<void>[] = [];
    const sinks = mirrors.map((each): Sink => {
      let settle = () => {};
      const settled = new Promise<void>((resolve) => {
        settle = resolve;
      });
      writes.push(settled);
      const write = async (body: Body) => {
        await this.#write(work, each, body, expected);
        awaited.delete(each.name);
      };
      return { name: each.name, write: (body) => write(body).finally(settle) };
    });
    // Nothing would handle the rejection of a hold without an origin.
    if (origins.length === 0) return sinks;
    const hold = Promise.all(writes).then(() => this.#requireMirrors(work, awaited));
    const held = origins.map(
      (each): Sink => ({ name: each.name, hold, write: (body) => this.#write(work, each, body, expected) }),
    );
    return [...sinks, ...held];
  }

  /** @throws SourceFailure if the origin must not have the file yet */
  #requireMirrors({ record }: FileWork, awaited: ReadonlySet<string>): void {
    record.reason = findUnmetRequirement(this.#context.require, this.#participants.find(record, awaited));
    if (record.reason !== undefined) throw new SourceFailure(record.reason);
  }

  async #write(
    { plan, record }: FileWork,
    { name, place, current }: LackingTarget,
    body: Body,
    expected: () => ExpectedObject,
  ): Promise<void> {
    const headers = headersOf(plan.path, this.#context.isMutable(plan.path));
    const options = { sha256: plan.sha256, ...headers, ifCurrent: current };
    const verified = await putObject(place, body, options, expected, this.#context);
    record.noteWritten(name, verified);
    this.#context.counters.addWritten(name, body.length);
  }

  #noteOrigin(record: ArtifactRecord): void {
    const origin = [...this.#targets.values()].find(({ isOrigin }) => isOrigin);
    if (!origin || record.isFine(targetName(origin))) record.origin = "shown";
    else record.origin = record.reason === undefined ? "failed" : "held";
  }
}
