import { imageKey } from "../../overlay/image-key";
import type { Evidence, LedgerTarget } from "../ledger/compute-complete";
import { entryName } from "../ledger/entry-name";
import type { LedgerFile, LedgerImage } from "../ledger/ledger";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import type { ArtifactRecord } from "./artifact-record";
import type { FileWork } from "./file-run";
import type { ImageWork } from "./image-work";

/** What a run has verified at targets that lacked something, or could not complete there. */
export class WorkEvidence {
  /** By target; then by repository and digest (registries), digest (blobs), or path and checksum (files). */
  readonly #isHeld = new Map<string, Map<string, boolean>>();
  /** Images whose release is held back: no registry may answer their tags before the origin does. */
  readonly #heldBack = new Set<string>();

  constructor(images: readonly ImageWork[], files: readonly FileWork[], targets: readonly Target[]) {
    const known = new Map(targets.map((target) => [targetName(target), target]));
    const origins = targets.filter(({ isOrigin, kind }) => isOrigin && kind !== "files").map(targetName);
    const isHeld = (record: ArtifactRecord, name: string) =>
      record.isFine(name) && (known.get(name)?.filling === "run" || record.isCopied(name));
    for (const { plan, record, found = [] } of images) {
      const { repository, digest, missing } = plan;
      const digests = new Set([digest, ...found.map((each) => each.digest)]);
      for (const { target } of missing) {
        const isBucket = target.endsWith(" blobs");
        for (const each of digests) {
          this.#note(target, isBucket ? each : imageKey(repository, each), isHeld(record, target));
        }
      }
      const isNew = record.origin !== "shown" && !record.wasComplete(origins);
      if (isNew && missing.some(({ tags }) => tags.length > 0)) {
        this.#heldBack.add(imageKey(repository, digest));
      }
    }
    for (const { plan, record } of files) {
      for (const target of plan.missing) this.#note(target, entryName(plan), isHeld(record, target));
    }
  }

  findEvidence({ name, kind }: Pick<LedgerTarget, "name" | "kind">, entry: LedgerImage | LedgerFile): Evidence {
    const key = entryName(entry);
    if (kind === "registry" && this.#heldBack.has(key)) return "lacking";
    const isHeld = this.#isHeld.get(name)?.get("path" in entry || kind === "registry" ? key : entry.digest);
    return isHeld === undefined ? "unknown" : isHeld ? "held" : "lacking";
  }

  /** What two artifacts share is there only if it is for both. */
  #note(target: string, key: string, isHeld: boolean): void {
    const known = this.#isHeld.get(target) ?? new Map<string, boolean>();
    this.#isHeld.set(target, known.set(key, isHeld && known.get(key) !== false));
  }
}
