import type { Presence } from "../../routing/conditions";
import { within } from "../within";
import { MirrorChecks } from "./mirror-checks";
import type { SendToMirror } from "./mirror-connections";
import type { QuestionKind, QuestionOutcome } from "./mirror-question";
import { MirrorQuestions } from "./mirror-questions";
import type { BreakerReport, MirrorRecord } from "./mirror-record";
import { MirrorRecords, type PresentMirror } from "./mirror-records";
import { ObjectQuestions } from "./object-questions";

/** How long a mirror may take, in milliseconds, and a client wait for mirrors: a time that a client hardly notices. */
export const defaultBudget = 300;

/** The parts of a mirror that are read here. */
export interface AskableMirror {
  /** Unique among mirrors, and the same in every routing table. */
  readonly id: string;
  /** Whether the inventory states `presence: complete`, so that it is never asked for an object. */
  readonly complete: boolean;
}

/** A mirror to check. */
export interface CheckTarget {
  readonly mirror: AskableMirror;
  /** URL of the canary object at the mirror. @default an object that it was last known to hold */
  readonly url: string | undefined;
}

/** Receives what metrics and logs report. A mirror is named by its id. */
export interface PresenceObserver {
  questionAnswered(mirror: string, kind: QuestionKind, outcome: QuestionOutcome, seconds: number): void;
  breakerChanged(report: BreakerReport): void;
  /** A mirror lacks an object that the overlay says is verified there. @default not observed */
  verifiedObjectMissing?(mirror: string, url: string): void;
}

/** How mirrors are asked. */
export interface PresenceOptions {
  /** How long a mirror may take, in milliseconds, before its answer counts as slow. @default {@link defaultBudget} */
  readonly budget?: number;
  /** Milliseconds since 1970; must advance while the process is frozen. @default Date.now */
  readonly clock?: () => number;
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number;
  /** Whether mirrors may be on loopback and in private networks, and use http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
  /** @default `MirrorConnections` */
  readonly send?: SendToMirror;
  /** @default none */
  readonly observer?: PresenceObserver;
}

/** How often the redirector checks whether a check is due, in milliseconds. */
const checkTick = 1_000;

/**
 * Finds out which mirrors hold which objects: asks, remembers, and avoids unhealthy mirrors. If the process stood still during a
 * question, the answer proves nothing and is dropped.
 */
export class MirrorPresence {
  readonly #records: MirrorRecords;
  readonly #questions: MirrorQuestions;
  readonly #objects: ObjectQuestions;
  readonly #checks: MirrorChecks;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PresenceOptions = {}) {
    const {
      budget = defaultBudget,
      clock = Date.now,
      random = Math.random,
      allowPrivate = false,
      send,
      observer,
    } = options;
    const onAnswer = observer?.questionAnswered.bind(observer);
    this.#questions = new MirrorQuestions({ budget, clock, random, allowPrivate, send, onAnswer });
    this.#objects = new ObjectQuestions(this.#questions, clock, (mirror, url) =>
      observer?.verifiedObjectMissing?.(mirror, url),
    );
    this.#checks = new MirrorChecks(this.#questions, random);
    this.#records = new MirrorRecords({
      clock,
      random,
      confirm: (record) => this.#checks.confirm(record),
      onBreakerChange: (report) => observer?.breakerChanged(report),
    });
  }

  /**
   * What is known, from memory and at once. Questions that are due because of it (a probe, a second look) run in the
   * background.
   *
   * @param url the object's, at this mirror
   * @param isVerified whether the overlay says that the mirror is verified to hold it
   */
  known(mirror: AskableMirror, url: string, isVerified = false): Presence {
    const record = this.#records.get(mirror.id);
    if (record.breaker.state !== "closed") return this.#knownWhileOpen(record, mirror, url);
    if (mirror.complete) return "held";
    return isVerified ? this.#objects.recallVerified(record, url) : this.#objects.recall(record, url);
  }

  /**
   * Asks, unless it is known. Simultaneous questions for one URL are one. Never rejects.
   *
   * @param url the object's, at this mirror
   * @param milliseconds after which it is answered "unknown", while the question continues in the background
   * @param network of the client that needs the answer (`clientNetwork`)
   * @returns "unknown", at once, if no question is allowed now: too many are in progress, or were asked for this network
   */
  ask(mirror: AskableMirror, url: string, milliseconds: number, network: string): Presence | Promise<Presence> {
    const known = this.known(mirror, url);
    if (known !== "unknown") return known;
    const record = this.#records.get(mirror.id);
    const isDoubted = record.breaker.isDoubtedBy(network);
    const answer = this.#objects.ask(record, url, network);
    if (answer === undefined) return "unknown";
    if (!isDoubted) return within(milliseconds, answer, "unknown");
    // This network's last wait timed out. Its clients do not wait again until the mirror has answered in time.
    this.#objects.setUnreachable(url, network);
    return "unreachable";
  }

  /** The breakers of all mirrors in the table that were asked or checked since the start. */
  breakers(): IterableIterator<BreakerReport> {
    return this.#records.reports();
  }

  /**
   * Forgets all mirrors but these, and reports nothing about the others from then on: for a new routing table. A mirror with
   * other URLs is a new mirror without a record. A request that began with the old table may still ask a forgotten one.
   */
  keepOnly(mirrors: readonly PresentMirror[]): void {
    this.#records.keepOnly(mirrors);
  }

  /**
   * Begins to check mirrors on a timer, which does not keep the process alive.
   *
   * @param targets called every second, since the routing table may change
   */
  startChecks(targets: () => readonly CheckTarget[]): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      for (const { mirror, url } of targets()) this.checkIfDue(mirror, url);
    }, checkTick);
    this.#timer.unref();
  }

  /**
   * Checks or probes a mirror in the background if that is due. Called with every request on platforms that freeze the process
   * between requests.
   *
   * @param url of the canary object at the mirror. @default an object that it was last known to hold
   */
  checkIfDue(mirror: AskableMirror, url: string | undefined): void {
    const record = this.#records.get(mirror.id);
    record.canary = url;
    if (record.isCheckDue) void this.#checks.check(record, mirror.complete);
  }

  /** Ends checks, and withdraws every question in progress. What is known stays known; no mirror is asked any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#questions.stop();
  }

  /**
   * A probe runs during a request that does not wait for it, and asks for an object that the mirror is known to hold: a name
   * that a client chose would prove too little. If the last probe was lost, the process is frozen whenever no request waits:
   * then a client waits for the next one, within its own budget. Complete mirrors are only probed by checks.
   */
  #knownWhileOpen(record: MirrorRecord, mirror: AskableMirror, url: string): Presence {
    const { breaker } = record;
    if (!breaker.probeDue || this.#questions.isStopped || mirror.complete) return "unreachable";
    if (breaker.probeLost) return "unknown";
    if (record.checkUrl === undefined) this.#objects.probe(record, url);
    else void this.#checks.check(record, mirror.complete);
    return "unreachable";
  }
}
