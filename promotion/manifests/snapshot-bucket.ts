import { createHash } from "node:crypto";
import type { Bucket, ObjectFacts } from "../../stores/bucket";
import { inParallel } from "../../stores/in-parallel";
import { isFileName } from "./file-name";

/** Objects that are read at once. */
const mostObjects = 8;

/** What is in a bucket below a prefix. */
export interface BucketSnapshot {
  /** SHA-256 in hexadecimal, by name below the prefix. */
  readonly checksums: ReadonlyMap<string, string>;
  /** Keys that cannot be files of a manifest. */
  readonly skipped: readonly string[];
}

/**
 * Reads the files of a bucket. An object is read as a whole, unless the store itself computed its SHA-256: what its writer says of it
 * is not a checksum to promise.
 *
 * @param prefix with a final slash, or empty
 * @param onFile called after each file
 * @throws StoreError
 */
export async function snapshotBucket(
  bucket: Bucket,
  prefix: string,
  onFile: (name: string) => void = () => {},
  signal?: AbortSignal,
): Promise<BucketSnapshot> {
  const checksums = new Map<string, string>();
  const skipped: string[] = [];
  for await (const page of bucket.list(prefix, signal)) {
    const files = page.filter(({ key }) => !key.endsWith("/"));
    const isFile = ({ key }: ObjectFacts) => isFileName(key.slice(prefix.length));
    skipped.push(...files.filter((facts) => !isFile(facts)).map(({ key }) => key));
    await inParallel(files.filter(isFile), mostObjects, async (facts) => {
      const name = facts.key.slice(prefix.length);
      checksums.set(name, facts.sha256 ?? (await readChecksum(bucket, facts.key, signal)));
      onFile(name);
    });
  }
  return { checksums, skipped };
}

async function readChecksum(bucket: Bucket, key: string, signal?: AbortSignal): Promise<string> {
  const { body } = await bucket.open(key, signal === undefined ? {} : { signal });
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
