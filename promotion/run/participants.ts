import { targetName } from "../plan/target-name";
import type { UnplacedStore } from "../targets/store-place";
import type { Target } from "../targets/target";
import type { ArtifactRecord } from "./artifact-record";
import type { Participants } from "./find-unmet-requirement";

/** What counts of a store of a mirror. */
interface Participant extends Pick<Target, "mirror" | "kind" | "filling"> {
  readonly name: string;
}

/** Knows which mirrors have an artifact. */
export class ParticipantFinder {
  readonly #participants: readonly Participant[];

  constructor(targets: readonly Target[], unplaced: readonly UnplacedStore[]) {
    const mirrors = targets.filter(({ isOrigin }) => !isOrigin);
    this.#participants = [...mirrors, ...unplaced].map((store) => {
      const { mirror, kind, filling } = store;
      return { mirror, kind, filling, name: targetName(store) };
    });
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
    const unread = new Set<string>();
    for (const { name, mirror, filling } of participants) {
      const isCopied = filling === "run" || record.isCopied(name);
      if (!isCopied || !record.isFine(name) || awaited.has(name)) incomplete.add(mirror);
      if (record.isUnread(name)) unread.add(mirror);
    }
    return {
      mirrors,
      written: new Set(participants.filter(({ filling }) => filling === "run").map(({ mirror }) => mirror)),
      complete: new Set(mirrors.filter((mirror) => !incomplete.has(mirror))),
      unread,
    };
  }
}
