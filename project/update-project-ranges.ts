import type { Inventory } from "../inventory/inventory";
import type { RangeSource } from "../networks/range-source";
import { RangesRefused, type RangeUpdate, type UpdateOptions, updateRanges } from "../networks/update-ranges";
import { clientMoves, ownersOf } from "../routing/client-moves";
import { readingFrom } from "../routing/network-layers";
import { reviewRanges } from "./review-ranges";

/** The result of an update of the published ranges. */
export interface ProjectRangeUpdate extends Pick<RangesRefused, "updates" | "problems"> {
  /** The clients that moved between providers. */
  readonly clients: ReturnType<typeof clientMoves>;
}

/**
 * Fetches new published ranges, each source independently. A source that fails, or whose new ranges would take too many of
 * the other providers' clients, is not updated, and is reported as a problem.
 *
 * @param ranges the directory of the snapshots
 */
export async function updateProjectRanges(
  inventory: Inventory,
  ranges: string,
  sources: readonly RangeSource[],
  options: Omit<UpdateOptions, "review">,
): Promise<ProjectRangeUpdate> {
  const read = readingFrom(ranges, []);
  const before = ownersOf(inventory, read);
  const review: UpdateOptions["review"] = (candidates) => reviewRanges(inventory, read, candidates);
  const { updates, problems } = await collectRefused(updateRanges(ranges, sources, { ...options, review }));
  return { updates, problems, clients: clientMoves(before, ownersOf(inventory, readingFrom(ranges, []))) };
}

async function collectRefused(
  update: Promise<readonly RangeUpdate[]>,
): Promise<Pick<RangesRefused, "updates" | "problems">> {
  try {
    return { updates: await update, problems: [] };
  } catch (error) {
    if (error instanceof RangesRefused) return error;
    throw error;
  }
}
