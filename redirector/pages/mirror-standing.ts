import type { MirrorStatus } from "./status-report";

/**
 * A mirror's most important property; each has a shape, a colour and a name on the page. What keeps clients away now takes
 * precedence over what is planned.
 */
export type MirrorStanding = "active" | "origin" | "draining" | "probing" | "open" | "undeployed" | "retired";

/** The standings in drawing order: the most important are on top. */
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
export const standingNames: Readonly<Record<MirrorStanding, string>> = {
  active: "Active",
  origin: "Origin",
  draining: "Draining",
  probing: "Breaker probing",
  open: "Breaker open",
  undeployed: "Not deployed yet",
  retired: "Retired",
};

/** A mirror's standing. An unhealthy origin counts as unhealthy. */
export function mirrorStanding({ state, breaker, origin, deployed }: MirrorStatus): MirrorStanding {
  if (state === "retired") return "retired";
  if (deployed === false) return "undeployed";
  if (breaker !== "closed") return breaker;
  if (state === "draining") return "draining";
  return origin ? "origin" : "active";
}

/** A mirror's health, if it is worth showing. Retired mirrors are not checked. */
function describeHealth({ state, breaker, check, deployed }: MirrorStatus): string {
  if (breaker !== "closed") return `breaker ${breaker}`;
  if (deployed === false) return "";
  if (state === "retired" || check === "done") return "";
  return check === "off" ? "not checked" : "not checked yet";
}

const stateNames = { active: "Active", draining: "Draining", retired: "Retired" };

/** A mirror's state and health: `Active, breaker open`. */
export function describeState(mirror: MirrorStatus): string {
  const { state, origin } = mirror;
  const words = mirrorStanding(mirror) === "undeployed" ? "Not deployed yet" : stateNames[state];
  return [words, origin ? "origin" : "", describeHealth(mirror)].filter(Boolean).join(", ");
}
