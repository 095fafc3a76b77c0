import type { PlannedScope } from "../plan/plan";
import type { Verification } from "./verification";

/** What became of an artifact at one target. */
export interface TargetOutcome {
  readonly target: string;
  /**
   * `there`: nothing was missing any more. `written`: now it is complete and verified. `waiting`: its cloud or donor has not copied it
   * yet. `failed`: see the reason; the next run tries again. `unread`: the target could not be read or opened (see the findings).
   */
  readonly state: "there" | "written" | "waiting" | "failed" | "unread";
  /** How its objects were verified after writing; sorted. */
  readonly verified: readonly Verification[];
  /** Only if it failed, or waits. */
  readonly reason?: string;
}

/** Whether an artifact is visible at the origin. `held`: not before the required mirrors are complete. */
export type OriginState = "shown" | "held" | "failed";

/** What became of one artifact. */
export interface ArtifactReport {
  readonly kind: "image" | "file";
  readonly project: string;
  /** The repository, or the path. */
  readonly name: string;
  /** `sha256:…`. */
  readonly digest: string;
  /** The tags that some target lacked; always empty for files. */
  readonly tags: readonly string[];
  /** Undefined if it was not read. */
  readonly bytes?: number;
  readonly origin: OriginState;
  /** Whether the origin lacked nothing before the run. @default false */
  readonly wasShown?: boolean;
  /** Why it is held, or failed everywhere; or why it would be held if it were not at the origin already. */
  readonly reason?: string;
  /** Sorted by target. */
  readonly targets: readonly TargetOutcome[];
}

interface MutableOutcome {
  isWritten: boolean;
  /** Whether a copy that the run does not make is verified completely. */
  isCopied: boolean;
  isWaiting: boolean;
  readonly verified: Set<Verification>;
  reason: string | undefined;
}

/** An artifact of the plan, while it is worked on. */
export class ArtifactRecord {
  /** Undefined if it was not read. */
  bytes: number | undefined;
  origin: OriginState = "held";
  reason: string | undefined;
  readonly #outcomes = new Map<string, MutableOutcome>();
  readonly #unread: ReadonlySet<string>;
  readonly #destinations: ReadonlySet<string> | undefined;
  #bearers: ReadonlyMap<string, ArtifactRecord> = new Map();

  /** @param targets the names of those that lack something */
  constructor(
    readonly artifact: Pick<ArtifactReport, "kind" | "project" | "name" | "digest" | "tags">,
    targets: readonly string[],
    { destinations, unread = [] }: PlannedScope = {},
  ) {
    this.#unread = new Set(unread);
    this.#destinations = destinations && new Set(destinations);
    for (const target of targets) {
      this.#outcomes.set(target, {
        isWritten: false,
        isCopied: false,
        isWaiting: false,
        verified: new Set(),
        reason: undefined,
      });
    }
  }

  /** Something was written to a target, and verified. */
  noteWritten(target: string, verified?: Verification): void {
    const outcome = this.#outcomes.get(target);
    if (!outcome) return;
    outcome.isWritten = true;
    if (verified) outcome.verified.add(verified);
  }

  /** It could not be completed at a target. The first reason counts. */
  noteFailure(target: string, error: unknown): void {
    const outcome = this.#outcomes.get(target);
    if (outcome) outcome.reason ??= error instanceof Error ? error.message : String(error);
  }

  /** Its cloud or donor has not copied it yet. */
  noteWaiting(target: string, reason: string): void {
    const outcome = this.#outcomes.get(target);
    if (!outcome) return;
    outcome.isWaiting = true;
    outcome.reason ??= reason;
  }

  /** All that its cloud or donor copies is there, and verified. */
  noteCopied(target: string): void {
    const outcome = this.#outcomes.get(target);
    if (outcome) outcome.isCopied = true;
  }

  /** A target is tried again. */
  forgetFailure(target: string): void {
    const outcome = this.#outcomes.get(target);
    if (outcome) outcome.reason = undefined;
  }

  /** It could not be read, so that it failed at all targets. */
  failEverywhere(error: unknown): void {
    this.reason = error instanceof Error ? error.message : String(error);
    this.origin = "failed";
    for (const target of this.#outcomes.keys()) this.noteFailure(target, error);
  }

  /** Whether it goes to a mirror. */
  goesTo(mirror: string): boolean {
    return this.#destinations?.has(mirror) ?? true;
  }

  /** Lets other artifacts of the same digest bring the content to targets that hold it once for all repositories. @param bearers by target */
  relyOn(bearers: ReadonlyMap<string, ArtifactRecord>): void {
    this.#bearers = bearers;
  }

  /** Whether it is known what a target lacks, nothing has gone wrong there so far, and nothing is awaited there. */
  isFine(target: string): boolean {
    if (this.#unread.has(target)) return false;
    return this.#outcomeAt(target)?.reason === undefined;
  }

  /** Whether a target could not be read or opened. */
  isUnread(target: string): boolean {
    return this.#unread.has(target);
  }

  /** Whether a target that the run does not write to lacks nothing. */
  isCopied(target: string): boolean {
    return this.#outcomeAt(target)?.isCopied ?? true;
  }

  #outcomeAt(target: string): MutableOutcome | undefined {
    const bearer = this.#outcomes.has(target) ? this : (this.#bearers.get(target) ?? this);
    return bearer.#outcomes.get(target);
  }

  /** Whether all of some targets were read, and lacked nothing before the run. */
  wasComplete(targets: readonly string[]): boolean {
    return (
      targets.length > 0 &&
      targets.every((target) => !this.#unread.has(target) && this.#outcomeAt(target) === undefined)
    );
  }

  /** @param origins the targets at the origin that hold artifacts of its kind */
  report(origins: readonly string[]): ArtifactReport {
    const targets = Array.from(this.#outcomes, ([target, outcome]): TargetOutcome => {
      const { isWritten, isWaiting, verified, reason } = outcome;
      const state = reason === undefined ? (isWritten ? "written" : "there") : isWaiting ? "waiting" : "failed";
      return { target, state, verified: [...verified].sort(), ...(reason !== undefined && { reason }) };
    });
    const unread = [...this.#unread].filter((target) => !this.#outcomes.has(target));
    targets.push(...unread.map((target) => ({ target, state: "unread", verified: [] }) as const));
    targets.sort((a, b) => (a.target < b.target ? -1 : 1));
    const { bytes, origin, reason } = this;
    const wasShown = origin === "shown" && this.wasComplete(origins);
    return {
      ...this.artifact,
      ...(bytes !== undefined && { bytes }),
      origin,
      ...(wasShown && { wasShown }),
      ...(reason !== undefined && { reason }),
      targets,
    };
  }
}
