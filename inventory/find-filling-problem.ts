import type { DraftMirror, DraftProvider } from "./draft";

/** Why promotion does not fill a mirror, as the end of a sentence; undefined if it does. */
export function findFillingProblem(provider: DraftProvider, mirror: DraftMirror): string | undefined {
  if (mirror.state === "retired") return "is retired";
  if (provider.cloud !== "external" || "filled-by" in mirror) return undefined;
  return "is external and has no filled-by";
}
