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

/** What is known of a mirror's health, where that is worth a word. Nobody asks how a retired mirror is. */
function healthWords({ state, breaker, check }: MirrorStatus): string {
  if (breaker !== "closed") return `breaker ${breaker}`;
  if (state === "retired" || check === "done") return "";
  return check === "off" ? "not checked" : "not checked yet";
}

/** State and health of a mirror in words: `Active, breaker open`. */
export function stateWords(mirror: MirrorStatus): string {
  const { state, origin } = mirror;
  const words = { active: "Active", draining: "Draining", retired: "Retired" }[state];
  return [words, origin ? "origin" : "", healthWords(mirror)].filter(Boolean).join(", ");
}
