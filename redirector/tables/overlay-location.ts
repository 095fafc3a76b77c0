import { dirname, join } from "node:path";
import { overlayName } from "../../overlay/overlay-name";

/**
 * The location of the overlay that belongs to a routing table: under {@link overlayName}, below the directory that the table is in. What
 * follows the table's question mark stays: a region, or access to all that is there.
 *
 * @param table the location of the table, as `openTableSource` reads it
 */
export function overlayLocation(table: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(table)) return join(dirname(table), overlayName);
  const at = table.search(/[?#]/);
  const [path, rest] = at < 0 ? [table, ""] : [table.slice(0, at), table.slice(at)];
  return `${path.slice(0, path.lastIndexOf("/") + 1)}${overlayName}${rest}`;
}
