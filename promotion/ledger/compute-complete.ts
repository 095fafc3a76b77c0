import type { Ledger, LedgerFile, LedgerImage } from "./ledger";

/** A store of a mirror. */
export interface LedgerTarget {
  /** `provider/mirror registry`, `provider/mirror blobs` or `provider/mirror files`. */
  readonly name: string;
  /** `provider/mirror`. */
  readonly mirror: string;
  readonly kind: "registry" | "blobs" | "files";
}

/**
 * What a run knows of an artifact at a target: it was seen there or verified after writing, it was found missing or could not be
 * completed, or nobody has looked.
 */
export type Evidence = "held" | "lacking" | "unknown";

/** The evidence about one artifact at one target. */
export type FindEvidence = (target: LedgerTarget, entry: LedgerImage | LedgerFile) => Evidence;

function listEntries({ images, files }: Ledger, kind: LedgerTarget["kind"]): readonly (LedgerImage | LedgerFile)[] {
  return kind === "files" ? files : images;
}

/** The newest promotion up to which a target has everything, as far as anybody knows. */
function findComplete(ledger: Ledger, target: LedgerTarget, findEvidence: FindEvidence): number {
  const before = ledger.complete[target.name] ?? 0;
  let complete = ledger.newest;
  for (const entry of listEntries(ledger, target.kind)) {
    const { promotion, destinations, withdrawn } = entry;
    if (promotion > complete || withdrawn || destinations?.includes(target.mirror) === false) continue;
    const evidence = findEvidence(target, entry);
    // What nobody has looked at is still as it was when the target was complete.
    const isHeld = evidence === "held" || (evidence === "unknown" && promotion <= before);
    if (!isHeld) complete = promotion - 1;
  }
  return complete;
}

/**
 * Computes up to which promotion each target is verified to hold all that goes to it. A target that lacks something falls back to the
 * promotion before it; one that was not looked at stays where it was, and does not advance past what it was never seen to hold.
 *
 * @param targets all that the inventory has: of others, which may come back empty, nothing is claimed
 */
export function computeComplete(
  ledger: Ledger,
  targets: readonly LedgerTarget[],
  findEvidence: FindEvidence,
): Readonly<Record<string, number>> {
  const found = targets.map((target) => [target.name, findComplete(ledger, target, findEvidence)] as const);
  return Object.fromEntries(found.filter(([, promotion]) => promotion > 0));
}
