import { zipSync } from "fflate";
import { bundle } from "./bundle";

/** ZIP stores local time since 1980. Its first day in the machine's own time zone gives the same bytes everywhere. */
const epoch = new Date(1980, 0, 1);

/**
 * Builds the archive of the redirector's Lambda. The same sources and table give the same bytes.
 *
 * @param table the fallback table, used until the live one is loaded
 */
export function lambdaZip(table: Uint8Array): Uint8Array {
  const options = { mtime: epoch, level: 9, os: 3, attrs: 0o644 << 16 } as const;
  return zipSync({ "index.js": [bundle("lambda.ts", "node24"), options], "routing.table": [table, options] });
}
