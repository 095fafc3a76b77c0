import { openTableSource } from "./open-table-source";
import { overlayLocation } from "./overlay-location";
import type { TableSource } from "./table-source";

/** Where a running redirector looks for new tables and overlays. */
export interface Sources {
  readonly source: TableSource;
  readonly overlaySource: TableSource;
}

/**
 * The sources of a table and of the overlay that belongs to it. Nothing is read yet.
 *
 * @param table the location of the table, as `openTableSource` reads it
 * @throws Error, with the fix, if it is no location
 */
export function openSources(table: string): Sources {
  return { source: openTableSource(table), overlaySource: openTableSource(overlayLocation(table)) };
}
