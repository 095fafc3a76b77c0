import type { Fault } from "../test/redirector/faulty-mirrors";

/** What befalls the mirror that is nearest to the clients. */
export interface FaultScene {
  readonly name: string;
  /** What it answers, if anything. @default none: it would be well, but for the rest */
  readonly fault?: Fault;
  /** How long it takes for an answer, in milliseconds. @default 0 */
  readonly delay?: number;
  /** What is wrong on the way to it. @default nothing */
  readonly door?: "closed" | "wrong-certificate";
  /** Whether the inventory says that it holds everything, so that only the canary is asked for. @default false */
  readonly complete?: boolean;
  /** Whether the origin is down as well, and another mirror well. @default false */
  readonly originDown?: boolean;
}

/** The faults that are measured: how servers fail, and what breaks on the way to them. */
export const faultScenes: readonly FaultScene[] = [
  { name: "never answers", fault: "silent" },
  { name: "answers in 850 ms", delay: 850 },
  { name: "resets", fault: "resets" },
  { name: "answers 500", fault: "errors" },
  { name: "is not there", door: "closed" },
  { name: "broken certificate", door: "wrong-certificate" },
  { name: "HEAD 200, GET 404", fault: "denies-get", complete: true },
  { name: "never answers, origin down", fault: "silent", originDown: true },
  { name: "resets, origin down", fault: "resets", originDown: true },
];
