import { formatCount } from "../document/format-count";
import type { Overlay } from "./overlay";

/** What of an overlay is compared before it replaces another. */
export type ReplaceableOverlay = Pick<Overlay, "objects" | "withdrawals" | "hasCovers">;

/** The share of the index whose loss is suspicious, as for the prefixes of a routing table: a third. */
const suspiciousLoss = 1 / 3;
/** An index with fewer objects may be a beginning, or a trial. */
const fewObjects = 1_000;

/**
 * Why an overlay should not replace the one in force; undefined if it may. What is missing in the index of a path that it covers was never
 * promoted, so that one from half a ledger would send nearly all clients to the origin. Without covers, mirrors are asked. What was withdrawn is
 * no loss.
 */
export function findIndexLoss(inForce: ReplaceableOverlay, offered: ReplaceableOverlay): string | undefined {
  if (!offered.hasCovers || inForce.objects < fewObjects) return undefined;
  const explained = Math.max(0, offered.withdrawals - inForce.withdrawals);
  const lost = inForce.objects - offered.objects - explained;
  if (lost < inForce.objects * suspiciousLoss) return undefined;
  const numbers = `${formatCount(offered.objects, "object")} after ${formatCount(inForce.objects, "object")}`;
  return `a third or more of its index is gone, ${numbers}`;
}
