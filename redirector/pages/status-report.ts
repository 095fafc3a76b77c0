import type { DecisionExplanation } from "../../routing/decision-explanation";

/** How a mirror is, as this redirector sees it. */
export interface MirrorStatus {
  /** `provider/key`, unique in a report. */
  readonly id: string;
  readonly provider: string;
  readonly region?: string;
  /** Where the region is, WGS 84, in decimal degrees; without it the mirror is not on the map. */
  readonly place?: { readonly latitude: number; readonly longitude: number };
  readonly state: "active" | "draining" | "retired";
  /** Whether it has an address that clients are sent to: `deployed.yaml` lists a store of it, or it is external. @default true */
  readonly deployed?: boolean;
  /** Share of the clients of no provider; 0: none. */
  readonly weight: number;
  /** Whether it is the source of truth. */
  readonly origin: boolean;
  /** Whether it holds everything by statement, or is asked before a client is sent there. */
  readonly presence: "complete" | "asked";
  /** `open`: no clients are sent; `probing`: one question is under way to find out whether it is well again. */
  readonly breaker: "closed" | "open" | "probing";
  /**
   * Whether it has answered a question, or failed to, since the redirector started: until then its health is unknown. `off`:
   * it is never asked, because mirrors are assumed to be healthy, or because it holds everything and there is no canary.
   */
  readonly check: "done" | "pending" | "off";
  /** Clients sent there since the redirector started. */
  readonly decisions: number;
  /** The last trouble, which may be over: when (ISO 8601), and in words that do not reveal what is at its address. */
  readonly trouble?: { readonly at: string; readonly words: string };
}

/** What the status page says to everybody alike. Times are ISO 8601, in UTC. */
export interface SharedReport {
  /** The project's name. */
  readonly project: string;
  /** The project's page: a URL. */
  readonly info: string;
  readonly generatedAt: string;
  /** The redirector's version. */
  readonly build: string;
  readonly table: {
    /** Whether it is the fallback, which only has the origin; missing if not. */
    readonly fallback?: true;
    /** When its inputs last changed. */
    readonly issued: string;
    readonly loadedAt: string;
    readonly checksum: string;
    /** How many address prefixes it knows. */
    readonly prefixes: number;
    /** Why a newer table was not taken; missing where none was refused. */
    readonly lastTrouble?: string;
  };
  /** The published address ranges in the table: as of when (a day, or a time). */
  readonly ranges: readonly { readonly name: string; readonly asOf: string }[];
  readonly mirrors: readonly MirrorStatus[];
}

/** All that the status page says; as JSON, it is what programs read. */
export interface StatusReport extends SharedReport {
  /** Missing if the visitor's network asks too often. */
  readonly visitor?: DecisionExplanation;
}
