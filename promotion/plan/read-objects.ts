import type { Bucket, ObjectFacts } from "../../stores/bucket";
import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";

/** At most this many objects of a folder are asked for one by one; more are listed, a thousand on a page. */
const mostQuestions = 16;
const lanes = 8;
/** At most this many listed objects of a folder are asked for their checksums. */
const mostChecksums = 1_000;

/** How objects are read. */
export interface ReadOptions {
  /** Whether to ask for the SHA-256 of each object whose list does not have it, unless they are too many. @default false */
  readonly withChecksums?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The longest common prefix that ends with a slash. */
function commonFolder(keys: readonly string[]): string {
  const [first = "", ...others] = keys;
  let end = first.lastIndexOf("/") + 1;
  for (const key of others) {
    while (end > 0 && !key.startsWith(first.slice(0, end))) end = first.lastIndexOf("/", end - 2) + 1;
  }
  return first.slice(0, end);
}

/** Groups keys by the first folder in them, so that other folders of the bucket are not listed. */
function groupByFolder(keys: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const folder = key.slice(0, key.indexOf("/") + 1);
    const group = groups.get(folder);
    if (group) group.push(key);
    else groups.set(folder, [key]);
  }
  return [...groups.values()];
}

/** Lists the folder of keys, unless it has more pages than there are keys. @returns the keys that were not looked for */
async function listFolder(
  bucket: Bucket,
  keys: readonly string[],
  found: Map<string, ObjectFacts>,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const wanted = new Set(keys);
  let pages = 0;
  try {
    for await (const page of bucket.list(commonFolder(keys), signal)) {
      for (const object of page) if (wanted.has(object.key)) found.set(object.key, object);
      if (++pages === keys.length) break;
    }
  } catch (error) {
    // A web server does not list; what it has is asked for one by one.
    if (!(error instanceof StoreError) || error.fault !== "unsupported") throw error;
    return keys;
  }
  return pages === keys.length ? keys.filter((key) => !found.has(key)) : [];
}

/**
 * Reads which of some objects a bucket has, with as few requests as possible: a few are asked for one by one, otherwise their
 * folders are listed. The root of a bucket is never listed.
 *
 * @throws StoreError
 */
export async function readObjects(
  bucket: Bucket,
  keys: readonly string[],
  { withChecksums = false, signal }: ReadOptions = {},
): Promise<Map<string, ObjectFacts>> {
  const found = new Map<string, ObjectFacts>();
  for (const group of groupByFolder(keys)) {
    const isListed = group.length > mostQuestions && commonFolder(group) !== "";
    const unknown = isListed ? await listFolder(bucket, group, found, signal) : group;
    const unsure = withChecksums && isListed ? selectUnsure(group, found) : [];
    await inParallel([...unknown, ...unsure], lanes, async (key) => {
      const object = await bucket.head(key, signal);
      if (object) found.set(key, object);
    });
  }
  return found;
}

/** The objects of a list without a SHA-256. S3's lists have none. */
function selectUnsure(keys: readonly string[], found: ReadonlyMap<string, ObjectFacts>): readonly string[] {
  const unsure = keys.filter((key) => {
    const object = found.get(key);
    return object !== undefined && object.sha256 === undefined && object.recordedSha256 === undefined;
  });
  return unsure.length > mostChecksums ? [] : unsure;
}
