import type { Plan } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import type { ArtifactRecord } from "./artifact-record";
import type { Participants } from "./find-unmet-requirement";

/** Knows which mirrors have an artifact. */
export class ParticipantFinder {
  readonly #targets: readonly Target[];
  readonly #unreachable: ReadonlySet<string>;

  constructor(targets: readonly Target[], plan: Plan) {
    this.#targets = targets.filter(({ isOrigin }) => !isOrigin);
    const unreachable = plan.findings.filter(({ kind }) => kind === "unreachable");
    this.#unreachable = new Set(unreachable.flatMap(({ target }) => target ?? []));
  }

  /**
   * The mirrors of a kind of artifact. Those at which the plan found nothing missing are complete, unless the plan could not reach them.
   *
   * @param awaited targets that are being written, and do not count as complete
   */
  find(record: ArtifactRecord, awaited: ReadonlySet<string> = new Set()): Participants {
    const isFile = record.artifact.kind === "file";
    const targets = this.#targets.filter(({ kind }) => (kind === "files") === isFile);
    const mirrors = [...new Set(targets.map(({ mirror }) => mirror))];
    const incomplete = new Set<string>();
    for (const target of targets) {
      const name = targetName(target);
      if (!record.isFine(name) || this.#unreachable.has(name) || awaited.has(name)) incomplete.add(target.mirror);
    }
    return {
      mirrors,
      written: new Set(targets.filter(({ filling }) => filling === "run").map(({ mirror }) => mirror)),
      complete: new Set(mirrors.filter((mirror) => !incomplete.has(mirror))),
    };
  }
}
