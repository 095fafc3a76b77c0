import { LRUCache } from "lru-cache";
import type { Presence } from "../../../routing/conditions";
import { within } from "../within";
import { type BreakerState, CircuitBreaker } from "./circuit-breaker";
import { type MirrorAnswer, MirrorQuestion, type QuestionKind, type QuestionOutcome } from "./mirror-question";

/** What is read of a mirror. */
export interface AskableMirror {
  /** Unique among mirrors, and the same in every routing table. */
  readonly id: string;
  /** Whether it holds everything by statement, so that it is never asked for an object. */
  readonly complete: boolean;
}

/** Where an active check asks. */
export interface CheckTarget {
  readonly mirror: AskableMirror;
  /** URL of the canary object at the mirror. */
  readonly url: string;
}

/** What is known of one mirror's health. */
export interface BreakerReport {
  readonly mirror: string;
  readonly state: BreakerState;
  /** When it opened, or closed, last; milliseconds since 1970. */
  readonly since: number;
  /** The last trouble, after its time in ISO 8601, as in "2026-11-21T23:59:00.000Z answered HEAD with status 503". */
  readonly trouble?: string;
}

/** What metrics and logs are told. A mirror is named by its id. */
export interface PresenceObserver {
  questionAnswered(mirror: string, kind: QuestionKind, outcome: QuestionOutcome, seconds: number): void;
  breakerChanged(report: BreakerReport): void;
}

/** How mirrors are asked. */
export interface PresenceOptions {
  /** How long a mirror may take, in milliseconds, before its answer counts as slow. @default 300, issue 4, section 1 */
  readonly budget?: number;
  /** Milliseconds since 1970; must go on while the process is frozen. @default Date.now */
  readonly clock?: () => number;
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number;
  /** @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** @default none */
  readonly observer?: PresenceObserver;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * How much is remembered: URLs. Full, that takes 6 MB of heap on Node and 9 MB on Bun, with URLs of 158 characters
 * (measured); longer ones take more, up to {@link MOST_CHARACTERS}.
 */
export const LARGEST_MEMORY = 20_000;

/**
 * How many characters all remembered URLs have together, at most: a client chooses how long its URLs are, and as many as
 * {@link LARGEST_MEMORY} of 12 KB each would take 240 MB. Enough for that many of 419 characters.
 */
export const MOST_CHARACTERS = 8 * 1024 * 1024;

/** How long an answer is believed, in milliseconds: a new object must be found soon, and one that is there stays (issue 4, section 1). */
export const BELIEVED = { held: 6 * hour, absent: minute, unreachable: 10 * second } as const;

/** A held object that is used is asked for again, by GET, after so many milliseconds: HEAD and GET may disagree. */
export const CHECKED_AGAIN = 15 * minute;

/** One mirror answers so many questions at a time, at most, so that a flood of invented names leaves sockets to others. */
export const MOST_QUESTIONS = 128;

/** Milliseconds between two active checks of one mirror, give or take {@link CHECK_JITTER}. */
export const CHECK_INTERVAL = 30 * second;
/** A share of the interval: instances that started together must not check together for ever. */
export const CHECK_JITTER = 0.2;
/** A check that fails is repeated after so many milliseconds until the breaker has opened: a minute is long for a dead mirror. */
const hurriedCheck = second;
/** Within so many milliseconds of its first sight every mirror has been checked; not all in one moment. */
const firstChecks = 5 * second;
/** How often it is looked whether a check is due, in milliseconds. */
const tick = second;

interface Remembered {
  readonly presence: "held" | "absent" | "unreachable";
  readonly until: number;
  /** When a use of it makes it be asked again. */
  again: number;
}

/** What is kept of one mirror. */
interface Watched {
  readonly id: string;
  readonly breaker: CircuitBreaker;
  /** On their way. */
  questions: number;
  /** Until when it is asked by GET, since its HEAD said what its GET denied. */
  byRangeUntil: number;
  checkDue: number;
  checking: boolean;
}

/**
 * Knows which mirror holds what: asks, remembers, and leaves sick mirrors alone. What was asked while the process stood
 * still is no evidence and is thrown away.
 */
export class MirrorPresence {
  readonly #budget: number;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #fetch: typeof fetch;
  readonly #observer: PresenceObserver | undefined;
  readonly #memory = new LRUCache<string, Remembered>({
    max: LARGEST_MEMORY,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_, url) => url.length,
  });
  readonly #mirrors = new Map<string, Watched>();
  /** The mirrors that there are; undefined as long as nobody said so. */
  #present: ReadonlySet<string> | undefined;
  /** By URL. */
  readonly #asked = new Map<string, Promise<Presence>>();
  readonly #underWay = new Set<MirrorQuestion>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor({ budget = 300, clock = Date.now, random = Math.random, ...others }: PresenceOptions = {}) {
    this.#budget = budget;
    this.#clock = clock;
    this.#random = random;
    this.#fetch = others.fetch ?? fetch;
    this.#observer = others.observer;
  }

  /**
   * What is known, from memory and at once. Questions that are due because of it (a probe, a second look) go on in the
   * background.
   *
   * @param url the object's, at this mirror
   */
  known(mirror: AskableMirror, url: string): Presence {
    const watched = this.#mirrors.get(mirror.id);
    if (watched !== undefined && watched.breaker.state !== "closed") return this.#whileOpen(watched, mirror, url);
    if (mirror.complete) return "held";
    const remembered = this.#memory.get(url);
    if (remembered === undefined) return "unknown";
    const now = this.#clock();
    if (now >= remembered.until) return "unknown";
    if (now >= remembered.again) this.#askAgain(mirror, url, remembered);
    return remembered.presence;
  }

  /**
   * Asks, unless it is known. Simultaneous questions for one URL are one. Never rejects.
   *
   * @param url the object's, at this mirror
   * @param milliseconds after which it is answered "unknown", while the question goes on in the background
   */
  ask(mirror: AskableMirror, url: string, milliseconds: number): Promise<Presence> {
    const known = this.known(mirror, url);
    if (known !== "unknown") return Promise.resolve(known);
    return within(milliseconds, this.#question(mirror, url), "unknown");
  }

  /** Every mirror that was asked or checked since the start and is still there. */
  *breakers(): IterableIterator<BreakerReport> {
    for (const { id, breaker } of this.#mirrors.values()) if (this.#isPresent(id)) yield report(id, breaker);
  }

  /**
   * Forgets every mirror but these, and is silent about it from then on: where the routing table has changed. A request
   * that began with the table before may still ask one that has left.
   */
  keepOnly(ids: ReadonlySet<string>): void {
    this.#present = ids;
    for (const id of this.#mirrors.keys()) if (!ids.has(id)) this.#mirrors.delete(id);
  }

  /**
   * Begins to check mirrors by themselves, every {@link CHECK_INTERVAL}; the timer does not keep the process alive.
   *
   * @param targets asked every second, since the routing table may change
   */
  startChecks(targets: () => readonly CheckTarget[]): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      for (const { mirror, url } of targets()) this.checkIfDue(mirror, url);
    }, tick);
    this.#timer.unref();
  }

  /**
   * Checks a mirror in the background if it is time to, whatever its breaker says; for platforms that freeze the process
   * between requests, where it is called with every request.
   *
   * @param url of the canary object at the mirror
   */
  checkIfDue(mirror: AskableMirror, url: string): void {
    const watched = this.#watch(mirror.id);
    if (this.#clock() < watched.checkDue || watched.checking || this.#stopped) return;
    if (watched.breaker.state !== "probing") this.#check(watched, mirror, url);
  }

  /** Ends checks, and withdraws every question that is on its way. What is known stays known; nobody is asked any more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const question of this.#underWay) question.abandon();
  }

  #isPresent(id: string): boolean {
    return this.#present?.has(id) ?? true;
  }

  #watch(id: string): Watched {
    const known = this.#mirrors.get(id);
    if (known !== undefined) return known;
    const breaker = new CircuitBreaker(this.#clock, () => {
      if (this.#mirrors.get(id)?.breaker === breaker && this.#isPresent(id)) {
        this.#observer?.breakerChanged(report(id, breaker));
      }
    });
    const checkDue = this.#clock() + this.#random() * firstChecks;
    const watched = { id, breaker, questions: 0, byRangeUntil: 0, checkDue, checking: false };
    this.#mirrors.set(id, watched);
    return watched;
  }

  /**
   * A probe rides on a request that does not wait for it. Where the last one was lost, the process is frozen as soon as
   * nobody waits: then a client waits for the next one, within its own budget. Only checks probe what holds everything,
   * since no object tells that it is well.
   */
  #whileOpen({ breaker }: Watched, mirror: AskableMirror, url: string): Presence {
    if (!breaker.probeDue || this.#stopped || mirror.complete) return "unreachable";
    if (breaker.probeLost) return "unknown";
    this.#question(mirror, url);
    return "unreachable";
  }

  #question(mirror: AskableMirror, url: string): Promise<Presence> {
    const asked = this.#asked.get(url);
    if (asked !== undefined) return asked;
    const watched = this.#watch(mirror.id);
    if (this.#stopped || watched.questions >= MOST_QUESTIONS) return Promise.resolve("unknown");
    const question = this.#askForObject(watched, url).finally(() => this.#asked.delete(url));
    this.#asked.set(url, question);
    return question;
  }

  async #askForObject(watched: Watched, url: string): Promise<Presence> {
    const kind = this.#clock() < watched.byRangeUntil ? "range" : "head";
    const slow = (): void => this.#remember(url, "unreachable");
    const { outcome } = await this.#put(watched, kind, url, isOfUse, slow);
    if (outcome === "abandoned") return "unknown";
    this.#remember(url, outcome);
    return outcome;
  }

  /** Meanwhile it counts as held. What GET denies was never there for clients, whatever HEAD says of the mirror's other objects. */
  async #askAgain(mirror: AskableMirror, url: string, remembered: Remembered): Promise<void> {
    const watched = this.#watch(mirror.id);
    if (this.#stopped || watched.questions >= MOST_QUESTIONS) return;
    remembered.again = Number.POSITIVE_INFINITY;
    const { outcome } = await this.#put(watched, "range", url, isOfUse, nothing);
    if (outcome === "abandoned") {
      remembered.again = this.#clock();
      return;
    }
    if (outcome === "absent") watched.byRangeUntil = this.#clock() + BELIEVED.held;
    this.#remember(url, outcome);
  }

  async #check(watched: Watched, mirror: AskableMirror, url: string): Promise<void> {
    watched.checking = true;
    const ofUse = mirror.complete ? isHeld : isOfUse;
    const { outcome } = await this.#put(watched, "check", url, ofUse, nothing);
    watched.checking = false;
    const settled = ofUse(outcome) || (outcome !== "abandoned" && watched.breaker.state === "open");
    const jitter = 1 + CHECK_JITTER * (2 * this.#random() - 1);
    watched.checkDue = this.#clock() + (settled ? CHECK_INTERVAL * jitter : hurriedCheck);
  }

  #remember(url: string, presence: Remembered["presence"]): void {
    const now = this.#clock();
    const again = presence === "held" ? now + CHECKED_AGAIN : Number.POSITIVE_INFINITY;
    this.#memory.set(url, { presence, until: now + BELIEVED[presence], again });
  }

  /** Puts a question to a mirror; its breaker and the observer learn from what comes of it. */
  async #put(
    watched: Watched,
    kind: QuestionKind,
    url: string,
    ofUse: (outcome: QuestionOutcome) => boolean,
    slow: () => void,
  ): Promise<MirrorAnswer> {
    const began = this.#clock();
    const trial = watched.breaker.begin();
    const question = new MirrorQuestion(kind, url, {
      fetch: this.#fetch,
      clock: this.#clock,
      budget: this.#budget,
      slow: (words) => {
        slow();
        trial.slow(words);
      },
      overdue: trial.overdue,
    });
    watched.questions++;
    this.#underWay.add(question);
    const answer = await question.answer;
    watched.questions--;
    this.#underWay.delete(question);
    this.#observer?.questionAnswered(watched.id, kind, answer.outcome, (this.#clock() - began) / second);
    if (answer.outcome === "abandoned") trial.abandoned();
    else if (ofUse(answer.outcome)) trial.answered();
    else trial.failed(answer.words);
    return answer;
  }
}

function nothing(): void {}

/** Of an object that nobody said is there, "absent" is a good answer. */
function isOfUse(outcome: QuestionOutcome): boolean {
  return outcome === "held" || outcome === "absent";
}

function isHeld(outcome: QuestionOutcome): boolean {
  return outcome === "held";
}

function report(mirror: string, { state, since, trouble }: CircuitBreaker): BreakerReport {
  return { mirror, state, since, ...(trouble !== undefined && { trouble }) };
}
