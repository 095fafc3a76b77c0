import type { ObjectFacts } from "../../stores/bucket";
import { readObjects } from "../plan/read-objects";
import type { PromotedFile } from "../promoted";
import type { FileTarget } from "../targets/target";
import type { RunContext } from "./run-context";

/**
 * Reads which promised files the origin has. One with another checksum is left out; what the origin does not report cannot differ.
 *
 * @throws StoreError; the reason of the signal
 */
export async function readFilesAtOrigin(
  { targets, signal }: RunContext,
  files: readonly PromotedFile[],
): Promise<{ readonly file: PromotedFile; readonly facts: ObjectFacts }[]> {
  const origin = targets.find((target): target is FileTarget => target.isOrigin && target.kind === "files");
  if (!origin || files.length === 0) return [];
  const keys = files.map(({ path }) => origin.keyOf(path));
  const objects = await readObjects(origin.bucket, keys, { signal });
  return files.flatMap((file) => {
    const facts = objects.get(origin.keyOf(file.path));
    const known = facts?.sha256 ?? facts?.recordedSha256 ?? file.sha256;
    return facts && known === file.sha256 ? [{ file, facts }] : [];
  });
}
