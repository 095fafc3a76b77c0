import { targetName } from "../plan/target-name";
import type { TargetAudit } from "./audit-report";
import type { TargetExpectation } from "./expect-at";
import type { ExpectedImage } from "./expected-artifacts";
import { type TargetReading, wholeStore } from "./target-reading";

type State = "there" | "missing" | "other" | "unread";

/** Counts artifacts at one store: each by the worst of its parts. */
export function countArtifacts(reading: TargetReading, { images, files }: TargetExpectation): TargetAudit {
  const { target, unexpected, isListed, read } = reading;
  const counts = { there: 0, missing: 0, other: 0, unread: 0 };
  for (const image of images) counts[stateOf(partsOf(image, target.kind), image.repository, reading)]++;
  for (const { path } of files) counts[stateOf([path], wholeStore, reading)]++;
  return {
    target: targetName(target),
    mirror: target.mirror,
    isOrigin: target.isOrigin,
    filling: target.filling,
    artifacts: images.length + files.length,
    ...counts,
    ...(isListed && { unexpected: unexpected.length }),
    read,
  };
}

function stateOf(parts: readonly string[], repository: string, { faults, unread }: TargetReading): State {
  const states = new Set(parts.map((part) => faults.get(part)?.state));
  if (states.has("other")) return "other";
  if (states.has("missing")) return "missing";
  return unread.has(repository) || unread.has(wholeStore) ? "unread" : "there";
}

/** The names of an image's parts in the faults of a store. */
export function partsOf(
  { repository, digest, tags, manifests, blobs }: ExpectedImage,
  kind: "registry" | "blobs" | "files",
): readonly string[] {
  // The image's own name stands for one of which nobody knows the blobs.
  if (kind === "blobs") return [...blobs, `${repository}@${digest}`];
  return [
    ...[digest, ...manifests, ...blobs].map((each) => `${repository}@${each}`),
    ...tags.map((tag) => `${repository}:${tag}`),
  ];
}
