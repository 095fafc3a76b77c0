import type { Ledger } from "../../promotion/ledger/ledger";
import { findWithdrawnPlaces } from "../../promotion/manifests/withdrawn-places";
import type { PlanFinding } from "../../promotion/plan/plan";
import type { Promoted } from "../../promotion/promoted";
import type { UnplacedStore } from "../../promotion/targets/store-place";
import type { Target } from "../../promotion/targets/target";
import { findUnneeded } from "../../promotion/withdrawal/find-unneeded";
import { findVanished } from "../../promotion/withdrawal/find-vanished";
import { judgeWithdrawals, type Merge, selectAllowed } from "../../promotion/withdrawal/judge-withdrawals";
import { listPromoted } from "../../promotion/withdrawal/list-promoted";
import { planRemovals } from "../../promotion/withdrawal/plan-removals";
import type { Removal } from "../../promotion/withdrawal/removal";
import type { LoadedPromotion } from "./load-promotion";

/** What of the command line concerns withdrawals. */
export interface WithdrawalOptions {
  /** Whether what vanished from kpromo's manifests stays where it is, without an error. */
  readonly allowVanished?: boolean | undefined;
  /** The approval that a plan over the limit asks for. */
  readonly more?: string | undefined;
  /** The merge that a run follows. @default nothing is merged yet */
  readonly merge?: Merge | undefined;
}

/** What a plan says of withdrawals. */
export interface PlannedWithdrawals {
  readonly removals: readonly Removal[];
  readonly findings: readonly PlanFinding[];
}

/**
 * Plans withdrawals, and finds what vanished from the manifests: by the ledger or, where it cannot be read, by what has changed since a
 * commit. Without either, nothing is known.
 *
 * @param former what the manifests promised at that commit
 */
export function planWithdrawals(
  former: Promoted | undefined,
  { inventory, manifests: directories, placement, reading, policy }: LoadedPromotion,
  { targets, unplaced }: { readonly targets: readonly Target[]; readonly unplaced: readonly UnplacedStore[] },
  ledger: Ledger | undefined,
  { allowVanished = false, more, merge }: WithdrawalOptions,
): PlannedWithdrawals {
  const isKept = ledger !== undefined && ledger.newest > 0;
  const known = isKept ? ledger : former && listPromoted(former);
  if (!known) return { removals: [], findings: [] };
  const manifests = { withdrawn: reading.promoted.withdrawn, mentions: reading.mentions };
  const now = new Date().toISOString();
  const { deleteAfter } = inventory.promotion;
  const plan = (withdrawn: Promoted["withdrawn"]) =>
    planRemovals({ ledger: known, manifests: { ...manifests, withdrawn }, targets, unplaced, now, deleteAfter, more });
  const all = plan(manifests.withdrawn);
  const judged = judgeWithdrawals(all.removals, manifests.withdrawn, policy, merge);
  const { removals, findings } =
    merge && judged.length > 0 ? plan(selectAllowed(manifests.withdrawn, policy, merge, known)) : all;
  const places = findWithdrawnPlaces(directories, reading.mentions, placement);
  const lost = findVanished(former && isKept ? onlyOf(ledger, former) : known, manifests, places, now.slice(0, 10));
  const unneeded = isKept ? findUnneeded(ledger, manifests.withdrawn) : [];
  return { removals, findings: [...findings, ...judged, ...(allowVanished ? [] : lost), ...unneeded] };
}

/** What of a ledger the manifests of a commit promised: what vanished before it does not fail a change. */
function onlyOf(ledger: Ledger, former: Promoted): Ledger {
  const then = listPromoted(former);
  const images = new Map(then.images.map((image) => [`${image.repository}@${image.digest}`, image.tags]));
  const files = new Set(then.files.map(({ path }) => path));
  return {
    ...ledger,
    images: ledger.images.flatMap((image) => {
      const tags = images.get(`${image.repository}@${image.digest}`);
      return tags ? [{ ...image, tags: image.tags.filter((tag) => tags.includes(tag)) }] : [];
    }),
    files: ledger.files.filter(({ path }) => files.has(path)),
  };
}
