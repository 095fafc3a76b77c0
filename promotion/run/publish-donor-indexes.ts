import { createHash } from "node:crypto";
import { donorIndexFolder } from "../../inventory/names";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";
import type { PlanFinding } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";
import { hexadecimalOf } from "./blob-copier";
import type { FileWork } from "./file-run";
import type { ImageWork } from "./image-work";
import type { RunContext } from "./run-context";

/** One object that a donor should copy: a line of the index. */
export interface DonorObject {
  /** Where it goes, below the donor's root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Where it is: a path of the public host for images (`/v2/…`) or of that for files. */
  readonly from: string;
}

/** The name of the index of a mirror that its donor fills, in the origin's bucket. @param mirror `provider/mirror` */
export function donorIndexKey(mirror: string): string {
  return `${donorIndexFolder}/${mirror}.jsonl`;
}

/** How long caches may keep an index, in seconds: donors should see the last run. */
const cacheControl = "public, max-age=60";

/**
 * Publishes, for each mirror that its donor fills, what it lacks: JSON lines in the origin's bucket. A donor that misses an index loses
 * nothing, because what it lacks is in the next one.
 *
 * @returns the indexes that could not be published
 */
export async function publishDonorIndexes(
  images: readonly ImageWork[],
  files: readonly FileWork[],
  context: RunContext,
): Promise<PlanFinding[]> {
  const donors = context.targets.filter(({ filling }) => filling === "donor");
  const bucket = findOriginBucket(context.targets);
  const findings: PlanFinding[] = [];
  for (const mirror of new Set(donors.map((target) => target.mirror))) {
    const targets = donors.filter((target) => target.mirror === mirror);
    const objects = listLacking(targets, images, files);
    const bytes = Buffer.from(objects.map((object) => `${JSON.stringify(object)}\n`).join(""));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const options = { sha256, contentType: "application/jsonl", cacheControl, signal: context.signal };
    try {
      if (!bucket) throw new StoreError("the origin has no bucket");
      await bucket.put(donorIndexKey(mirror), bodyOf(bytes), options);
    } catch (error) {
      context.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the index of what ${mirror} lacks could not be published: ${reason}`;
      const fix = "Give the origin a bucket that the promoter may write to; the next run publishes it again.";
      findings.push({
        kind: "unreachable",
        severity: "warning",
        target: targetName(targets[0] as Target),
        message,
        fix,
      });
    }
  }
  return findings;
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
      for (const { plan, record, contents } of images) {
        if (record.isFine(name)) continue;
        for (const { digest, size } of contents?.blobs ?? []) {
          const path = target.keyOf(digest);
          const from = `/v2/${plan.repository}/blobs/${digest}`;
          objects.set(path, { path, size, sha256: hexadecimalOf(digest), from });
        }
      }
    }
    if (target.kind === "files") {
      for (const { plan, record } of files) {
        if (record.isFine(name) || record.bytes === undefined || record.origin !== "shown") continue;
        const path = target.keyOf(plan.path);
        objects.set(path, { path, size: record.bytes, sha256: plan.sha256, from: `/${plan.path}` });
      }
    }
  }
  return [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
