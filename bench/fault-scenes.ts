import type { Fault } from "../test/redirector/faulty-mirrors";

/** A fault of the mirror that is nearest to the clients. */
export interface FaultScene {
  readonly name: string;
  /** The fault of its answers. @default none: only the other fields apply */
  readonly fault?: Fault;
  /** The delay of its answers, in milliseconds. @default 0 */
  readonly delay?: number;
  /** The fault of the connection to it. @default none */
  readonly door?: "closed" | "wrong-certificate";
  /** Whether the inventory says that it is complete, so that only the canary is requested. @default false */
  readonly complete?: boolean;
  /** Whether the origin is down as well, and another mirror is healthy. @default false */
  readonly originDown?: boolean;
}

/** The measured faults: failures of servers, and of the connections to them. */
export const faultScenes: readonly FaultScene[] = [
  { name: "never answers", fault: "silent" },
  { name: "answers in 850 ms", delay: 850 },
  { name: "resets", fault: "resets" },
  { name: "answers 500", fault: "errors" },
  { name: "is unreachable", door: "closed" },
  { name: "broken certificate", door: "wrong-certificate" },
  { name: "HEAD 200, GET 404", fault: "denies-get", complete: true },
  { name: "never answers, origin down", fault: "silent", originDown: true },
  { name: "resets, origin down", fault: "resets", originDown: true },
];
