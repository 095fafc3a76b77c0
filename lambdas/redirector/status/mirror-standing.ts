import type { MirrorStatus } from "./status-report";

/**
 * What is first to be known of a mirror; each has a shape, a colour and words of its own on the page. What keeps clients
 * away comes before what is planned.
 */
export type MirrorStanding = "active" | "origin" | "draining" | "probing" | "open" | "retired";

/** The standings in the order in which they are drawn: what must be seen is on top. */
export const standings: readonly MirrorStanding[] = ["retired", "active", "draining", "probing", "open", "origin"];

/** The standings' names in the map's legend and the summary. */
export const standingWords: Readonly<Record<MirrorStanding, string>> = {
  active: "Active",
  origin: "Origin",
  draining: "Draining",
  probing: "Breaker probing",
  open: "Breaker open",
  retired: "Retired",
};

/** How a mirror stands. The origin's own trouble is shown as trouble. */
export function mirrorStanding({ state, breaker, origin }: MirrorStatus): MirrorStanding {
  if (state === "retired") return "retired";
  if (breaker !== "closed") return breaker;
  if (state === "draining") return "draining";
  return origin ? "origin" : "active";
}

/** State and breaker of a mirror in words: `Active, breaker open`. */
export function stateWords({ state, breaker, origin }: MirrorStatus): string {
  const words = { active: "Active", draining: "Draining", retired: "Retired" }[state];
  return [words, origin ? "origin" : "", breaker === "closed" ? "" : `breaker ${breaker}`].filter(Boolean).join(", ");
}
