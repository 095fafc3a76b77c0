import { createHash } from "node:crypto";
import type { Promoted } from "../promoted";
import { entryKey } from "./entry-key";

/** The SHA-256, in hexadecimal, of what manifests promise and withdraw. The order of entries and their places in files do not change it. */
export function promiseOf({ images, files, withdrawn }: Promoted): string {
  const hash = createHash("sha256");
  for (const key of new Set([...images, ...files, ...withdrawn].map(entryKey).sort())) hash.update(`${key}\n`);
  return hash.digest("hex");
}
