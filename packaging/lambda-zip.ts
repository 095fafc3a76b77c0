import { zipSync } from "fflate";
import { bundle } from "./bundle";

/** ZIP keeps local time since 1980: the first day of it, by the machine's own clock, is the same bytes in every zone. */
const epoch = new Date(1980, 0, 1);

/**
 * The redirector's Lambda, as a zip: the same sources and table give the same bytes.
 *
 * @param table answers until the live one is loaded
 */
export function lambdaZip(table: Uint8Array): Uint8Array {
  const options = { mtime: epoch, level: 9, os: 3, attrs: 0o644 << 16 } as const;
  return zipSync({ "index.js": [bundle("lambda.ts", "node24"), options], "routing.table": [table, options] });
}
