import {
  cloudMirrorsOf,
  type Draft,
  type DraftCloudMirror,
  type DraftCloudProvider,
  originOf,
  type PlacedMirror,
} from "../draft";
import type { Rule } from "../rule";

type PlacedCloudMirror = PlacedMirror<DraftCloudProvider, DraftCloudMirror>;

/** A mirror that its cloud fills later is not declared complete without an age. */
export const mirrorCompleteTooSoon: Rule = {
  id: "mirror/complete-too-soon",
  severity: "error",
  reason:
    "S3 and Azure copy objects after they were written, and Google's transfer job runs every hour. Until an object has arrived, a mirror that is believed to be complete answers 404.",
  *check(draft) {
    const reported = new Set<string>();
    for (const placed of cloudMirrorsOf(draft)) {
      const { key, provider, path, mirror, mirrorKey, mirrorPath } = placed;
      if (!isDeclaredComplete(placed) || !isCopiedByCloud(draft, placed)) continue;
      const isOwn = mirror.presence !== undefined;
      if (!isOwn && reported.has(key)) continue;
      if (!isOwn) reported.add(key);
      const bucket = `${provider.cloud} copies to ${key}/${mirrorKey} only after an object was written`;
      yield {
        path: [...(isOwn ? mirrorPath : path), "presence"],
        message: `${bucket}, so it is not complete at once`,
        fix: "Add `complete-after: 24h` beside it (or how long copies really take at most), or write `presence: asked`.",
      };
    }
  },
};

function isDeclaredComplete({ provider, mirror }: PlacedCloudMirror): boolean {
  const isComplete = (mirror.presence ?? provider.presence) === "complete";
  return isComplete && !("complete-after" in mirror) && !("complete-after" in provider);
}

/** As `replicatedRegions`, for a draft. */
function isCopiedByCloud(draft: Draft, { key, provider, mirror, mirrorKey }: PlacedCloudMirror): boolean {
  const origin = originOf(draft);
  const primary = origin?.provider === key ? origin.mirror : provider.primary;
  if (primary === undefined || primary === mirrorKey || mirror.state === "retired") return false;
  const source = (provider.mirrors as Readonly<Record<string, DraftCloudMirror | undefined>> | undefined)?.[primary];
  return hasBucket(source) && hasBucket(mirror) && !isFilledByPromotion(mirror);
}

function hasBucket(mirror: DraftCloudMirror | undefined): boolean {
  return mirror !== undefined && "bucket" in mirror;
}

function isFilledByPromotion({ bucket }: DraftCloudMirror): boolean {
  return bucket !== undefined && "filled-by" in bucket && bucket["filled-by"] === "promotion";
}
