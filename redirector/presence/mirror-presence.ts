import { clientNetwork } from "../../routing/client-network";
import type { Presence } from "../../routing/conditions";
import { within } from "../within";
import { type BreakerState, CircuitBreaker, type MirrorTrouble } from "./circuit-breaker";
import type { MirrorConnections, SendToMirror } from "./mirror-connections";
import { type MirrorAnswer, MirrorQuestion, type QuestionKind, type QuestionOutcome } from "./mirror-question";
import { BELIEVED, ObjectMemory, type Remembered } from "./object-memory";
import { QuestionBudget } from "./question-budget";
import { QuestionPause } from "./question-pause";

/** What is read of a mirror. */
export interface AskableMirror {
  /** Unique among mirrors, and the same in every routing table. */
  readonly id: string;
  /** Whether it holds everything by statement, so that it is never asked for an object. */
  readonly complete: boolean;
}

/** A mirror of the table in force, and the URLs at which it is asked. */
export interface PresentMirror {
  readonly id: string;
  readonly registry?: string;
  readonly blobs?: string;
  readonly files?: string;
}

/** Where an active check asks. */
export interface CheckTarget {
  readonly mirror: AskableMirror;
  /** URL of the canary object at the mirror. @default what it was last known to hold */
  readonly url: string | undefined;
}

/** What is known of one mirror's health. */
export interface BreakerReport {
  readonly mirror: string;
  readonly state: BreakerState;
  /** When it opened, or closed, last; milliseconds since 1970. */
  readonly since: number;
  /** The last trouble, which may be over. */
  readonly trouble?: MirrorTrouble;
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
  /** Whether mirrors may be on loopback and inside networks, and speak http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
  /** @default {@link MirrorConnections} */
  readonly send?: SendToMirror;
  /** @default none */
  readonly observer?: PresenceObserver;
}

const second = 1_000;

/** The most simultaneous questions to one mirror. */
export const MOST_QUESTIONS = 128;
/** The most to all mirrors together: each takes a socket. */
const mostQuestions = 1_000;

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

/**
 * The time between two samples of a mirror, in milliseconds; the first comes within a second. A sample asks by GET, like a
 * client, for an object that the mirror is believed to hold: it reveals a mirror that treats clients differently.
 */
export const SAMPLE_INTERVAL = 10 * second;

/** What is known of one mirror. Times are milliseconds since 1970. */
interface Watched {
  readonly id: string;
  readonly breaker: CircuitBreaker;
  readonly pause: QuestionPause;
  /** Whether the pause began at a name that a client chose, so that a check of our own must confirm it. */
  isPauseDoubted: boolean;
  /** On their way. */
  questions: number;
  /** Whether it was ever asked or checked. */
  wasAsked: boolean;
  /** Until when it is asked by GET, because it refuses HEAD, or its HEAD contradicts its GET. */
  byRangeUntil: number;
  /** Answers from before this time are no longer believed. */
  believedFrom: number;
  /** From when on the next used object that it holds is asked for again, as a sample. */
  sampleDue: number;
  checkDue: number;
  checking: boolean;
  /** URL of the canary object. */
  canary: string | undefined;
  /** URL of an object that it holds: without a canary, checks ask for it. */
  held: string | undefined;
}

/** Stands for our own checks: one witness, like each client network. */
const ourselves = "";

/**
 * Knows which mirror holds what: asks, remembers, and leaves sick mirrors alone. What was asked while the process stood
 * still is no evidence and is thrown away.
 */
export class MirrorPresence {
  readonly #budget: number;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #observer: PresenceObserver | undefined;
  readonly #send: SendToMirror;
  readonly #memory: ObjectMemory;
  readonly #questions: QuestionBudget;
  readonly #mirrors = new Map<string, Watched>();
  /** The existing mirrors, with their URLs; undefined until they are known. */
  #present: ReadonlyMap<string, string> | undefined;
  /** By URL. */
  readonly #asked = new Map<string, Promise<Presence>>();
  readonly #underWay = new Set<MirrorQuestion>();
  /** Loaded with the first question, so that it does not delay the start. */
  #connections: MirrorConnections | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor({
    budget = 300,
    clock = Date.now,
    random = Math.random,
    allowPrivate = false,
    ...others
  }: PresenceOptions = {}) {
    this.#budget = budget;
    this.#clock = clock;
    this.#random = random;
    this.#observer = others.observer;
    this.#memory = new ObjectMemory(clock);
    this.#questions = new QuestionBudget(clock);
    this.#send = others.send ?? ((url, request) => this.#connect(allowPrivate).send(url, request));
  }

  /**
   * What is known, from memory and at once. Questions that are due because of it (a probe, a second look) go on in the
   * background.
   *
   * @param url the object's, at this mirror
   */
  known(mirror: AskableMirror, url: string): Presence {
    const watched = this.#watch(mirror.id);
    if (watched.breaker.state !== "closed") return this.#whileOpen(watched, mirror, url);
    if (mirror.complete) return "held";
    const remembered = this.#memory.get(url);
    if (remembered === undefined || remembered.since < watched.believedFrom) {
      return watched.pause.isOn ? "unreachable" : "unknown";
    }
    if (remembered.presence === "held") this.#lookAgainIfDue(watched, url, remembered);
    return remembered.presence;
  }

  /**
   * Asks, unless it is known. Simultaneous questions for one URL are one. Never rejects.
   *
   * @param url the object's, at this mirror
   * @param milliseconds after which it is answered "unknown", while the question goes on in the background
   * @param address of the client that wants to know; a text that is not an address is an unknown client
   * @returns "unknown", at once, if no question is allowed now: too many are in progress, or were asked for this network
   */
  ask(mirror: AskableMirror, url: string, milliseconds: number, address: string): Presence | Promise<Presence> {
    const known = this.known(mirror, url);
    if (known !== "unknown") return known;
    const watched = this.#watch(mirror.id);
    const network = clientNetwork(address);
    const isDoubted = watched.breaker.isDoubtedBy(network);
    const answer = this.#asked.get(url) ?? this.#question(watched, url, network, address);
    if (answer === undefined) return "unknown";
    if (!isDoubted) return within(milliseconds, answer, "unknown");
    // This network has waited for the mirror in vain. Its clients do not wait again until an answer has come in time.
    this.#memory.set(url, "unreachable", network);
    return "unreachable";
  }

  /** Every mirror that was asked or checked since the start and is still there. */
  *breakers(): IterableIterator<BreakerReport> {
    for (const { id, breaker, wasAsked } of this.#mirrors.values()) {
      if (wasAsked && this.#isPresent(id)) yield report(id, breaker);
    }
  }

  /**
   * Forgets all mirrors but these, and reports nothing about the others from then on: for a new routing table. A mirror with
   * other URLs is a new mirror without a record. A request that began with the old table may still ask a forgotten one.
   */
  keepOnly(mirrors: readonly PresentMirror[]): void {
    const before = this.#present;
    const present = new Map(mirrors.map((mirror) => [mirror.id, urlsOf(mirror)]));
    this.#present = present;
    for (const id of this.#mirrors.keys()) {
      const hasMoved = before?.has(id) && before.get(id) !== present.get(id);
      if (!present.has(id) || hasMoved) this.#mirrors.delete(id);
    }
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
   * Checks or probes a mirror in the background if that is due. Called with every request on platforms that freeze the process
   * between requests.
   *
   * @param url of the canary object at the mirror. @default what it was last known to hold
   */
  checkIfDue(mirror: AskableMirror, url: string | undefined): void {
    const watched = this.#watch(mirror.id);
    watched.canary = url;
    const isDue = this.#clock() >= watched.checkDue || watched.breaker.probeDue;
    const isSpared = watched.pause.isOn && !watched.isPauseDoubted;
    if (isDue && !isSpared && watched.breaker.state !== "probing") void this.#check(watched, mirror);
  }

  /** Ends checks, and withdraws every question that is on its way. What is known stays known; nobody is asked any more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const question of this.#underWay) question.abandon();
    this.#connections?.close();
  }

  #isPresent(id: string): boolean {
    return this.#present?.has(id) ?? true;
  }

  #watch(id: string): Watched {
    const known = this.#mirrors.get(id);
    if (known !== undefined) return known;
    const breaker = new CircuitBreaker({
      clock: this.#clock,
      changed: () => {
        if (this.#mirrors.get(id)?.breaker === breaker && this.#isPresent(id)) {
          this.#observer?.breakerChanged(report(id, breaker));
        }
      },
      confirm: () => this.#confirm(watched),
    });
    const now = this.#clock();
    const watched: Watched = {
      id,
      breaker,
      pause: new QuestionPause(this.#clock),
      isPauseDoubted: false,
      questions: 0,
      wasAsked: false,
      byRangeUntil: 0,
      believedFrom: 0,
      sampleDue: now + second,
      checkDue: now + this.#random() * firstChecks,
      checking: false,
      canary: undefined,
      held: undefined,
    };
    this.#mirrors.set(id, watched);
    return watched;
  }

  /**
   * A probe runs during a request that does not wait for it, and asks for what the mirror is known to hold: a name that a
   * client chose would prove too little. If the last probe was lost, the process is frozen whenever no request waits: then a
   * client waits for the next one, within its own budget. Mirrors that hold everything are only probed by checks.
   */
  #whileOpen(watched: Watched, mirror: AskableMirror, url: string): Presence {
    const { breaker, canary, held } = watched;
    if (!breaker.probeDue || this.#stopped || mirror.complete) return "unreachable";
    if (breaker.probeLost) return "unknown";
    if ((canary ?? held) === undefined) void this.#question(watched, url, ourselves, "");
    else void this.#check(watched, mirror);
    return "unreachable";
  }

  /** @returns undefined if no question is allowed now */
  #question(watched: Watched, url: string, network: string, address: string): Promise<Presence> | undefined {
    if (!this.#hasRoom(watched)) return undefined;
    const giveBack = this.#questions.take(address);
    if (giveBack === undefined) return undefined;
    const question = this.#askForObject(watched, url, network).finally(() => {
      this.#asked.delete(url);
      giveBack();
    });
    this.#asked.set(url, question);
    return question;
  }

  #hasRoom(watched: Watched): boolean {
    if (this.#stopped || watched.pause.isOn) return false;
    return watched.questions < MOST_QUESTIONS && this.#underWay.size < mostQuestions;
  }

  async #askForObject(watched: Watched, url: string, network: string): Promise<Presence> {
    const slow = (): void => this.#memory.set(url, "unreachable", network);
    const put = (kind: QuestionKind) => this.#put(watched, kind, url, { network, slow });
    const isByRange = this.#clock() < watched.byRangeUntil;
    const first = await put(isByRange ? "range" : "head");
    const { outcome } = first.outcome === "refused" ? await put("range") : first;
    if (first.outcome === "refused" && outcome === "held") watched.byRangeUntil = this.#clock() + BELIEVED.held;
    return this.#learned(watched, url, outcome, network);
  }

  /** A second look at an object believed to be held: if it was last seen long ago, and now and then as a sample. */
  #lookAgainIfDue(watched: Watched, url: string, remembered: Remembered): void {
    const now = this.#clock();
    if (now < remembered.again && now < watched.sampleDue) return;
    if (!this.#hasRoom(watched)) return;
    watched.sampleDue = now + SAMPLE_INTERVAL;
    remembered.again = Number.POSITIVE_INFINITY;
    void this.#lookAgain(watched, url, remembered);
  }

  /**
   * Asks like a client. Meanwhile the object counts as held. If the mirror denies it to clients but confirms it to us, its
   * earlier answers are no longer believed, and from then on it is asked like a client.
   */
  async #lookAgain(watched: Watched, url: string, remembered: Remembered): Promise<void> {
    const { outcome } = await this.#put(watched, "range", url, { network: ourselves });
    if (outcome === "abandoned" || outcome === "busy") remembered.again = this.#clock();
    if (outcome === "absent" && this.#clock() >= watched.byRangeUntil) {
      const { outcome: toUs } = await this.#put(watched, "head", url, { network: ourselves });
      if (toUs === "held") {
        watched.byRangeUntil = this.#clock() + BELIEVED.held;
        watched.believedFrom = this.#clock();
      }
    }
    this.#learned(watched, url, outcome, ourselves);
  }

  async #check(watched: Watched, mirror: AskableMirror): Promise<void> {
    const url = watched.canary ?? watched.held;
    if (url === undefined || watched.checking || this.#stopped) return;
    watched.checking = true;
    const ofUse = mirror.complete ? isHeld : isOfUse;
    const { outcome } = await this.#put(watched, "check", url, { ofUse });
    watched.checking = false;
    if (outcome === "absent" && url === watched.held) watched.held = undefined;
    const isSettled =
      outcome === "busy" || ofUse(outcome) || (outcome !== "abandoned" && watched.breaker.state === "open");
    const jitter = 1 + CHECK_JITTER * (2 * this.#random() - 1);
    watched.checkDue = this.#clock() + (isSettled ? CHECK_INTERVAL * jitter : hurriedCheck);
  }

  /** Checks a mirror at once, or waits for a check in progress. @returns whether it can be checked */
  #confirm(watched: Watched): boolean {
    if ((watched.canary ?? watched.held) === undefined || watched.pause.isOn || this.#stopped) return false;
    // Objects are only asked for at mirrors that do not state `presence: complete`.
    void this.#check(watched, { id: watched.id, complete: false });
    return true;
  }

  /** Remembers the outcome of a question for an object. @returns what is known of it now */
  #learned(watched: Watched, url: string, outcome: QuestionOutcome, network: string): Presence {
    if (outcome === "busy") return "unreachable";
    if (outcome === "abandoned" || outcome === "refused") return "unknown";
    this.#memory.set(url, outcome, network);
    if (outcome === "held") watched.held ??= url;
    return outcome;
  }

  /** Asks a mirror a question, and tells its breaker, its pause and the observer the outcome. */
  async #put(
    watched: Watched,
    kind: QuestionKind,
    url: string,
    { network, slow, ofUse = isOfUse }: Put,
  ): Promise<MirrorAnswer> {
    const began = this.#clock();
    const trial = watched.breaker.begin(network);
    const question = new MirrorQuestion(kind, url, {
      send: this.#send,
      clock: this.#clock,
      random: this.#random,
      budget: this.#budget,
      slow: (words) => {
        slow?.();
        trial.slow(words);
      },
    });
    watched.questions++;
    watched.wasAsked = true;
    this.#underWay.add(question);
    const answer = await question.answer;
    watched.questions--;
    this.#underWay.delete(question);
    this.#observer?.questionAnswered(watched.id, kind, answer.outcome, (this.#clock() - began) / second);
    this.#learnPause(watched, answer, network === undefined, ofUse);
    if (answer.outcome === "abandoned") trial.abandoned();
    else if (ofUse(answer.outcome) && !answer.late) trial.answered();
    else if (answer.outcome === "busy") trial.answered();
    else trial.failed(answer.words);
    if (network !== undefined && watched.breaker.isDoubtedBy(network)) this.#checkSoon(watched);
    return answer;
  }

  /**
   * A client may choose a name at which the mirror answers 503, even with `Retry-After`: unless a check of our own gets that
   * answer too, the mirror is still asked.
   */
  #learnPause(watched: Watched, answer: MirrorAnswer, isCheck: boolean, ofUse: (outcome: QuestionOutcome) => boolean) {
    const { outcome, retryAfter, atThisName = false } = answer;
    if (outcome === "busy") {
      const isNew = !watched.pause.isOn;
      watched.pause.begin(retryAfter);
      if (isCheck) watched.isPauseDoubted = false;
      else if (isNew) watched.isPauseDoubted = atThisName;
      if (watched.isPauseDoubted) this.#checkSoon(watched);
    } else if (ofUse(outcome)) {
      if (isCheck && watched.isPauseDoubted) watched.pause.lift();
      else watched.pause.end();
    }
  }

  /** A client saw trouble: a check of our own decides whether the mirror is the cause. */
  #checkSoon(watched: Watched): void {
    watched.checkDue = Math.min(watched.checkDue, this.#clock() + hurriedCheck);
  }

  #connect(allowPrivate: boolean): MirrorConnections {
    if (this.#connections === undefined) {
      const module = require("./mirror-connections") as typeof import("./mirror-connections");
      this.#connections = new module.MirrorConnections({ allowPrivate });
    }
    return this.#connections;
  }
}

/** The options of a question. */
interface Put {
  /** Of the client that wants to know. @default none: a check of our own */
  readonly network?: string;
  /** Called when the answer is late. */
  readonly slow?: () => void;
  /** Which outcomes show that the mirror is healthy. @default {@link isOfUse} */
  readonly ofUse?: (outcome: QuestionOutcome) => boolean;
}

function urlsOf({ registry, blobs, files }: PresentMirror): string {
  return JSON.stringify([registry, blobs, files]);
}

/** For an object that need not exist, "absent" and a refused HEAD are good answers. */
function isOfUse(outcome: QuestionOutcome): boolean {
  return outcome === "held" || outcome === "absent" || outcome === "refused";
}

function isHeld(outcome: QuestionOutcome): boolean {
  return outcome === "held";
}

function report(mirror: string, { state, since, trouble }: CircuitBreaker): BreakerReport {
  return { mirror, state, since, ...(trouble !== undefined && { trouble }) };
}
