import { blobFolder, donorIndexFolder } from "../../inventory/names";
import { completionPrefix } from "../plan/completion-key";
import type { BlobTarget, FileTarget } from "../targets/target";

/** Folders that mirrorform itself writes to, in buckets with files. No file is promoted there. */
const ownFolders = [`${blobFolder}/`, completionPrefix, `${donorIndexFolder}/`];

/** Which parts of a bucket belong to the promotion. */
export interface BucketFolders {
  /** Prefixes that are listed; none contains another. */
  readonly prefixes: readonly string[];
  /** Whether an object in them is none of the promotion's artifacts, and not foreign either. */
  isOwn(key: string): boolean;
}

/**
 * The parts of a bucket in which every object should be promoted: the folder of blobs, or the folders of projects' files.
 *
 * @param folders of projects' files at mirrors; an empty one stands for the whole bucket
 */
export function findFolders(target: BlobTarget | FileTarget, folders: readonly string[]): BucketFolders {
  if (target.kind === "blobs") return { prefixes: [target.keyOf("")], isOwn: () => false };
  const root = target.keyOf("");
  const wanted = [...new Set(folders.map((folder) => `${root}${folder === "" ? "" : `${folder}/`}`))].sort();
  const prefixes = wanted.filter((prefix) => !wanted.some((other) => other !== prefix && prefix.startsWith(other)));
  const own = ownFolders.map((folder) => `${root}${folder}`);
  return { prefixes, isOwn: (key) => own.some((folder) => key.startsWith(folder)) };
}
