import type { AuditContent } from "../../overlay/overlay-content";
import type { DecisionExplanation } from "../../routing/decision-explanation";

/** A mirror's status, as this redirector sees it. */
export interface MirrorStatus {
  /** `provider/key`, unique in a report. */
  readonly id: string;
  readonly provider: string;
  readonly region?: string;
  /** Where the region is, WGS 84, in decimal degrees; without it the mirror is not on the map. */
  readonly place?: { readonly latitude: number; readonly longitude: number };
  readonly state: "active" | "draining" | "retired";
  /** Whether it has an address for clients: `deployed.yaml` lists a store of it, or it is external. @default true */
  readonly deployed?: boolean;
  /** Relative share of unaffiliated clients; 0: none. */
  readonly weight: number;
  /** Whether it is the source of truth. */
  readonly origin: boolean;
  /** Whether the inventory states that it holds everything, or it is asked before a client is sent there. */
  readonly presence: "complete" | "asked";
  /** `open`: it gets no clients. `probing`: it gets no clients while one question finds out whether it is healthy again. */
  readonly breaker: "closed" | "open" | "probing";
  /**
   * Whether it has answered a question, or failed to, since the redirector started: until then its health is unknown. `off`:
   * it is never asked, because mirrors are assumed to be healthy, or because it is complete and there is no canary.
   */
  readonly check: "done" | "pending" | "off";
  /** Clients sent there since the redirector started. */
  readonly decisions: number;
  /** The last failure, which may be over: its time (ISO 8601), and words that do not reveal what is at its address. */
  readonly trouble?: { readonly at: string; readonly words: string };
}

/** The part of the status page that all visitors share. Times are ISO 8601, in UTC. */
export interface SharedReport {
  /** The project's name. */
  readonly project: string;
  /** The project's page: a URL. */
  readonly info: string;
  readonly generatedAt: string;
  /** The redirector's version. */
  readonly build: string;
  readonly table: {
    /** Whether it is the fallback, which only has the origin; otherwise missing. */
    readonly fallback?: true;
    /** When its inputs last changed. */
    readonly issued: string;
    readonly loadedAt: string;
    readonly checksum: string;
    /** How many address prefixes it knows. */
    readonly prefixes: number;
    /** Why a newer table is not in force; missing if there is no such problem. */
    readonly lastTrouble?: string;
  };
  /** What is known about promoted and withdrawn artifacts. @default nothing */
  readonly overlay?: {
    readonly issued: string;
    readonly loadedAt: string;
    /** The number of the newest promotion. @default it is not known what was promoted */
    readonly promotion?: number;
    /** How many objects were promoted. */
    readonly objects?: number;
    /** How many manifests, tags, blobs and files are withdrawn. */
    readonly withdrawals: number;
    /** What the last audit found at the mirrors of the table. @default there was none */
    readonly audit?: AuditContent;
    /** Why a newer overlay is not in force; missing if there is no such problem. */
    readonly lastTrouble?: string;
  };
  /** The published address ranges in the table, with their dates (a day, or a time). */
  readonly ranges: readonly { readonly name: string; readonly asOf: string }[];
  readonly mirrors: readonly MirrorStatus[];
}

/** The complete content of the status page; `status.json` is this as JSON. */
export interface StatusReport extends SharedReport {
  /** Missing if the visitor's network exceeds its rate limit. */
  readonly visitor?: DecisionExplanation;
}
