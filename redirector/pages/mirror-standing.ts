import type { MirrorStatus } from "./status-report";

/**
 * What is first to be known of a mirror; each has a shape, a colour and words of its own on the page. What keeps clients
 * away comes before what is planned.
 */
export type MirrorStanding = "active" | "origin" | "draining" | "probing" | "open" | "undeployed" | "retired";

/** The standings in the order in which they are drawn: what must be seen is on top. */
export const standings: readonly MirrorStanding[] = [
  "retired",
  "undeployed",
  "active",
  "draining",
  "probing",
  "open",
  "origin",
];

/** The standings' names in the map's legend and the summary. */
export const standingWords: Readonly<Record<MirrorStanding, string>> = {
  active: "Active",
  origin: "Origin",
  draining: "Draining",
  probing: "Breaker probing",
  open: "Breaker open",
  undeployed: "Not deployed yet",
  retired: "Retired",
};

/** How a mirror stands. The origin's own trouble is shown as trouble. */
export function mirrorStanding({ state, breaker, origin, deployed }: MirrorStatus): MirrorStanding {
  if (state === "retired") return "retired";
  if (deployed === false) return "undeployed";
  if (breaker !== "closed") return breaker;
  if (state === "draining") return "draining";
  return origin ? "origin" : "active";
}

/** What is known of a mirror's health, if it is worth showing. Retired mirrors are not checked. */
function healthWords({ state, breaker, check, deployed }: MirrorStatus): string {
  if (breaker !== "closed") return `breaker ${breaker}`;
  if (deployed === false) return "";
  if (state === "retired" || check === "done") return "";
  return check === "off" ? "not checked" : "not checked yet";
}

const stateNames = { active: "Active", draining: "Draining", retired: "Retired" };

/** State and health of a mirror in words: `Active, breaker open`. */
export function stateWords(mirror: MirrorStatus): string {
  const { state, origin } = mirror;
  const words = mirrorStanding(mirror) === "undeployed" ? "Not deployed yet" : stateNames[state];
  return [words, origin ? "origin" : "", healthWords(mirror)].filter(Boolean).join(", ");
}
