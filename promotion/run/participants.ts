import type { Plan } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import type { ArtifactRecord } from "./artifact-record";
import { findClosedTargets } from "./find-closed-targets";
import type { Participants } from "./find-unmet-requirement";

/** What counts of a store of a mirror. */
interface Participant extends Pick<Target, "mirror" | "kind" | "filling"> {
  readonly name: string;
  readonly isOpen: boolean;
}

/** Knows which mirrors have an artifact. */
export class ParticipantFinder {
  readonly #participants: readonly Participant[];

  constructor(targets: readonly Target[], plan: Plan) {
    const opened = targets.map((target): Participant & { isOrigin: boolean } => {
      const { mirror, kind, filling, isOrigin } = target;
      return { mirror, kind, filling, isOrigin, name: targetName(target), isOpen: true };
    });
    const closed = findClosedTargets(targets, plan).map(createClosed);
    this.#participants = [...opened.filter(({ isOrigin }) => !isOrigin), ...closed];
  }

  /**
   * The mirrors that an artifact goes to. Those at which the plan found nothing missing are complete, unless it could not read them. What a
   * cloud or a donor copies counts once it is verified.
   *
   * @param awaited targets that are being written, and do not count as complete
   */
  find(record: ArtifactRecord, awaited: ReadonlySet<string> = new Set()): Participants {
    const isFile = record.artifact.kind === "file";
    const participants = this.#participants.filter(
      ({ kind, mirror }) => (kind === "files") === isFile && record.goesTo(mirror),
    );
    const mirrors = [...new Set(participants.map(({ mirror }) => mirror))];
    const incomplete = new Set<string>();
    for (const { name, mirror, isOpen, filling } of participants) {
      const isCopied = filling === "run" || record.isCopied(name);
      if (!isOpen || !isCopied || !record.isFine(name) || awaited.has(name)) incomplete.add(mirror);
    }
    return {
      mirrors,
      written: new Set(participants.filter(({ filling }) => filling === "run").map(({ mirror }) => mirror)),
      complete: new Set(mirrors.filter((mirror) => !incomplete.has(mirror))),
    };
  }
}

/** A store that could not be opened: the run does not write to it, but it can be required. @param name as of `targetName` */
function createClosed(name: string): Participant {
  const [mirror = "", kind = ""] = name.split(" ");
  return { mirror, kind: kind as Target["kind"], filling: "donor", name, isOpen: false };
}
