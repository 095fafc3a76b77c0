import { inParallel } from "../../stores/in-parallel";
import type { Evidence, FindEvidence } from "../ledger/compute-complete";
import { entryName } from "../ledger/entry-name";
import type { LedgerImage } from "../ledger/ledger";
import { placeRecords } from "../plan/place-records";
import { targetName } from "../plan/target-name";
import { isDestination } from "../plan/wanted-image";
import type { Target } from "../targets/target";
import type { LedgerContext } from "./ledger-context";
import { requestLanes } from "./run-context";

/** By target and name of the entry. */
type AttachedEvidence = ReadonlyMap<string, ReadonlyMap<string, Evidence>>;

/** Something attached that a target is not known to have. */
interface Question {
  readonly target: Target;
  readonly name: string;
  readonly entry: LedgerImage;
}

function listQuestions({ ledger, targets }: LedgerContext, find: FindEvidence): Question[] {
  const { images, complete } = ledger.current;
  const attached = images.filter(({ attachedTo, withdrawn }) => attachedTo !== undefined && !withdrawn);
  return targets.flatMap((target) => {
    const { kind, mirror } = target;
    const name = targetName(target);
    if (kind === "files") return [];
    const isUnknown = (entry: LedgerImage) =>
      entry.promotion > (complete[name] ?? 0) &&
      isDestination(entry.destinations ?? "all", mirror) &&
      find({ name, kind, mirror }, entry) === "unknown";
    return attached.filter(isUnknown).map((entry) => ({ target, name, entry }));
  });
}

/** Whether a target has something attached, under all its tags: one request for each. */
async function isHeld({ target, name, entry }: Question, context: LedgerContext): Promise<boolean | undefined> {
  const { health, signal, targets } = context;
  if (target.kind === "registry") {
    const repository = context.openTarget(target, entry.repository);
    for (const reference of entry.tags.length > 0 ? entry.tags : [entry.digest]) {
      const held = await health.watch(name, () => repository.headManifest(reference, signal));
      if (held?.digest !== entry.digest) return false;
    }
    return true;
  }
  if (target.kind !== "blobs") return undefined;
  const { bucket, keyOf } = placeRecords(target, targets);
  return bucket && (await health.watch(name, () => bucket.head(keyOf(entry.digest), signal))) !== undefined;
}

/**
 * Looks for signatures and other attachments at targets that are not known to have them, because a plan asks only for those that it found
 * at a source. What cannot be asked stays unknown.
 *
 * @param find what is known already
 * @throws the reason of the signal
 */
export async function lookForAttached(context: LedgerContext, find: FindEvidence): Promise<AttachedEvidence> {
  const results = new Map<string, Map<string, Evidence>>();
  await inParallel(listQuestions(context, find), requestLanes, async (question) => {
    try {
      const held = await isHeld(question, context);
      if (held === undefined) return;
      const known = results.get(question.name) ?? new Map<string, Evidence>();
      results.set(question.name, known.set(entryName(question.entry), held ? "held" : "lacking"));
    } catch {
      context.signal.throwIfAborted();
    }
  });
  return results;
}
