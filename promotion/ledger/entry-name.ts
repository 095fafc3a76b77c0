import { imageKey } from "../../overlay/image-key";
import type { LedgerFile, LedgerImage } from "./ledger";

/** Names an entry of a ledger: `REPOSITORY@DIGEST`, or a path with its checksum. */
export function entryName(
  entry: Pick<LedgerImage, "repository" | "digest"> | Pick<LedgerFile, "path" | "sha256">,
): string {
  return "path" in entry ? `${entry.path} ${entry.sha256}` : imageKey(entry.repository, entry.digest);
}
