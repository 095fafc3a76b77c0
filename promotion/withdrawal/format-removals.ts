import { formatCount } from "../../document/format-count";
import type { Removal } from "./removal";
import type { RemovalOutcome, RemovalReport } from "./removal-report";

/** `kubernetes/pause:3.9`, `kubernetes/pause@sha256:3b1fe0a1c5ad`, or a path. */
export function nameRemoval({ kind, name, digest, tags }: Pick<Removal, "kind" | "name" | "digest" | "tags">): string {
  if (kind === "file") return name;
  if (kind === "tags") return `${name}:${tags.join(",")}`;
  return `${name}@${digest.slice(0, 19)}${tags.length > 0 ? ` (${tags.join(", ")})` : ""}`;
}

/** `2026-12-03 12:00 UTC`. */
function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** What a plan does with a withdrawn artifact, in words. */
export function describeRemoval(removal: Removal): string {
  const { state, after, from, left, needed } = removal;
  const kept = needed ? `; ${describeNeeded(needed)}` : "";
  const stays = left.length > 0 ? `; stays at ${left.map(({ target }) => target).join(", ")}` : "";
  switch (state) {
    case "hide":
      return `hidden now, deleted after ${formatTime(after)}`;
    case "waiting":
      return `hidden, deleted after ${formatTime(after)}`;
    case "restore":
      return "shown again";
    case "delete":
      return `deleted from ${from.length > 0 ? from.join(", ") : "nowhere"}${kept}${stays}`;
  }
}

function describeNeeded({ manifests, blobs, by }: NonNullable<Removal["needed"]>): string {
  const parts = [manifests > 0 && formatCount(manifests, "manifest"), blobs > 0 && formatCount(blobs, "blob")];
  return `${parts.filter((part) => part !== false).join(" and ")} stay for ${by.join(", ")}`;
}

/** What became of a withdrawn artifact in a run, in words. */
export function describeRemovalReport(report: RemovalReport): string {
  const { state, hidden, after, reachable, targets, needed } = report;
  const where = reachable.join(", ");
  const still = where === "" ? "" : `; can be downloaded from ${where}, by those who know the address`;
  if (state === "restore") return "shown again";
  if (state !== "delete") return `hidden since ${formatTime(hidden)}, deleted after ${formatTime(after)}${still}`;
  const kept = needed ? `; ${describeNeeded(needed)}` : "";
  return `hidden since ${formatTime(hidden)}; ${targets.map(describeOutcome).join("; ")}${kept}`;
}

function describeOutcome({ target, state, until, versionsUntil, reason }: RemovalOutcome): string {
  const versions =
    versionsUntil === undefined ? "" : ` (old versions stay until ${versionsUntil.slice(0, 10)}, not public)`;
  switch (state) {
    case "deleted":
      return `${target}: until ${formatTime(until ?? "")}${versions}`;
    case "gone":
      return `${target}: gone before`;
    case "left":
      return `${target}: still there: ${reason}`;
    case "failed":
      return `${target}: still there: ${reason}; the next run tries again`;
  }
}
