import { createHash } from "node:crypto";
import { bodyOf } from "../../stores/http/exchange";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import { hexadecimalOf } from "./blob-copier";
import type { FileWork } from "./file-run";
import type { ImageWork } from "./image-work";
import type { RunContext } from "./run-context";

/** One object that a donor should copy: a line of the index. */
export interface DonorObject {
  /** Below the donor's root, and below the origin's bucket. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The name of the index of a mirror that its donor fills, in the origin's bucket. @param mirror `provider/mirror` */
export function donorIndexKey(mirror: string): string {
  return `mirrorform/donors/${mirror}.jsonl`;
}

/** How long caches may keep an index, in seconds: donors should see the last run. */
const cacheControl = "public, max-age=60";

/**
 * Publishes, for each mirror that its donor fills, what it lacks: JSON lines in the origin's bucket. A donor that misses an index loses
 * nothing, because what it lacks is in the next one.
 */
export async function publishDonorIndexes(
  images: readonly ImageWork[],
  files: readonly FileWork[],
  context: RunContext,
): Promise<void> {
  const donors = context.targets.filter(({ filling }) => filling === "donor");
  const bucket = findOriginBucket(context.targets);
  if (!bucket) return;
  for (const mirror of new Set(donors.map((target) => target.mirror))) {
    const objects = listLacking(
      donors.filter((target) => target.mirror === mirror),
      images,
      files,
    );
    const bytes = Buffer.from(objects.map((object) => `${JSON.stringify(object)}\n`).join(""));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const options = { sha256, contentType: "application/jsonl", cacheControl, signal: context.signal };
    await bucket.put(donorIndexKey(mirror), bodyOf(bytes), options);
  }
}

function findOriginBucket(targets: readonly Target[]) {
  const buckets = targets.flatMap((target) => (target.isOrigin && target.kind !== "registry" ? [target] : []));
  return (buckets.find(({ kind }) => kind === "files") ?? buckets[0])?.bucket;
}

function listLacking(
  targets: readonly Target[],
  images: readonly ImageWork[],
  files: readonly FileWork[],
): DonorObject[] {
  const objects = new Map<string, DonorObject>();
  for (const target of targets) {
    const name = targetName(target);
    if (target.kind === "blobs") {
      for (const { record, contents } of images) {
        if (record.isFine(name)) continue;
        for (const { digest, size } of contents?.blobs ?? []) {
          const path = target.keyOf(digest);
          objects.set(path, { path, size, sha256: hexadecimalOf(digest) });
        }
      }
    }
    if (target.kind === "files") {
      for (const { plan, record } of files) {
        if (record.isFine(name) || record.bytes === undefined || record.origin !== "shown") continue;
        objects.set(plan.path, { path: plan.path, size: record.bytes, sha256: plan.sha256 });
      }
    }
  }
  return [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
