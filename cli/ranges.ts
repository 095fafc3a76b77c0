import { printable, printableJson } from "../document/printable";
import type { Inventory } from "../inventory/inventory";
import { formatProblem } from "../inventory/problem";
import { readInventoryFile } from "../inventory/read-inventory";
import { listRanges, type RangeStatus, shippedRanges } from "../networks/range-snapshot";
import { type RangeProgress, RangesRefused, updateRanges } from "../networks/update-ranges";
import { rangeSources } from "../routing/compile-routing-table";
import { exitStatus, Failure } from "./failure";
import type { ProjectOptions } from "./load-project";
import { textTable } from "./text-table";

type RangesOptions = ProjectOptions & { readonly json?: boolean };

/** The inventory alone: the ranges may be what is wrong. */
function loadInventory(options: ProjectOptions): Inventory {
  const reading = readInventoryFile(options.inventory, new Date(), options);
  if (reading.ok) return reading.inventory;
  for (const problem of reading.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  throw new Failure(exitStatus.wrongInput, "the inventory, which names the ranges, is wrong; nothing was done");
}

function note({ problem, stale, absent }: RangeStatus): string {
  if (problem !== undefined) return problem;
  return [stale ? "stale" : "", absent.length > 0 ? `without ${absent.join(", ")}` : ""]
    .filter((part) => part)
    .join("; ");
}

/**
 * `ranges list`: ages and sizes of the published ranges.
 *
 * @throws Failure where the inventory is wrong
 */
export function rangesListCommand({ ranges = shippedRanges, json, ...options }: RangesOptions): void {
  const statuses = listRanges(ranges, rangeSources(loadInventory(options)), new Date());
  if (json) {
    process.stdout.write(`${printableJson(statuses, 2)}\n`);
    return;
  }
  const rows = statuses.map((status) => [
    status.name,
    status.asOf ?? "",
    status.ageDays ?? "",
    status.entries ?? "",
    note(status),
  ]);
  process.stdout.write(textTable(["ranges", "as of", "days", "prefixes", "note"], rows));
}

function tell({ name, state, entries }: RangeProgress): void {
  process.stderr.write(
    `  ${printable(name)}: ${state}${entries === undefined ? "" : `, ${entries.toLocaleString("en")} prefixes`}\n`,
  );
}

/**
 * `ranges update`: new published ranges, all or none.
 *
 * @throws Failure where the inventory is wrong, or a list is refused
 */
export async function rangesUpdateCommand({ ranges = shippedRanges, json, ...options }: RangesOptions): Promise<void> {
  const sources = rangeSources(loadInventory(options));
  try {
    const updates = await updateRanges(ranges, sources, { now: new Date(), onProgress: tell });
    if (json) {
      process.stdout.write(`${printableJson(updates, 2)}\n`);
      return;
    }
    const rows = updates.map(({ name, file, before, after }) => [name, file, before ?? "", after]);
    process.stdout.write(textTable(["ranges", "file", "before", "now"], rows));
  } catch (error) {
    if (!(error instanceof RangesRefused)) throw error;
    throw new Failure(exitStatus.refused, `refused; nothing was written:\n${error.message}`);
  }
}
