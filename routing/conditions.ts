import type { Overlay } from "../overlay/overlay";
import type { TableMirror } from "./routing-table";

/** The presence of an object at a mirror. */
export type Presence = "held" | "absent" | "unreachable" | "unknown";

/** Inputs of a decision other than the table and the request. */
export interface Conditions {
  /** YYYY-MM-DD, UTC: credits end with days and months. */
  readonly today: string;
  /** What was promoted and withdrawn. @default not known: mirrors are asked */
  readonly overlay?: Overlay | undefined;
  /**
   * Returns the cached presence of this URL at the mirror, synchronously.
   *
   * @param isVerified whether the overlay says that the mirror is verified to hold the object
   */
  presence(mirror: TableMirror, url: string, isVerified: boolean): Presence;
}

/** Formats a date as in conditions. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Conditions without probing: every mirror is healthy and complete. */
export function assumeAllHeld(today: string): Conditions {
  return { today, presence: () => "held" };
}
