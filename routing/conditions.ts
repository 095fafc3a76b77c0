import type { TableMirror } from "./routing-table";

/** What is known of an object at a mirror. */
export type Presence = "held" | "absent" | "unreachable" | "unknown";

/** What a decision depends on besides the table and the request. */
export interface Conditions {
  /** YYYY-MM-DD, UTC: credits end with days and months. */
  readonly today: string;
  /** What is known of the object that has this URL at the mirror; at once, from memory. */
  presence(mirror: TableMirror, url: string): Presence;
}

/** A day as conditions have it. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The conditions where nobody asks mirrors: each is well and holds everything. */
export function assumed(today: string): Conditions {
  return { today, presence: () => "held" };
}
