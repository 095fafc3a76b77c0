import { imageKey } from "../../overlay/image-key";
import type { Withdrawn } from "../promoted";

/** What an entry of `withdrawn.yaml` names: `REPOSITORY@DIGEST`, each `REPOSITORY:TAG`, or a path. */
export function listWithdrawnNames(entry: Withdrawn): string[] {
  if (entry.kind === "file") return [entry.path];
  const { repository, digest, tags } = entry;
  return digest === undefined ? tags.map((tag) => `${repository}:${tag}`) : [imageKey(repository, digest)];
}
