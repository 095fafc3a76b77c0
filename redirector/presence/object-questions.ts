import { unknownNetwork } from "../../routing/client-network";
import type { Presence } from "../../routing/conditions";
import type { QuestionKind, QuestionOutcome } from "./mirror-question";
import type { MirrorQuestions } from "./mirror-questions";
import type { MirrorRecord } from "./mirror-record";
import { believedFor, ObjectMemory, type RememberedObject } from "./object-memory";
import { QuestionBudget } from "./question-budget";

/**
 * The time between two samples of a mirror, in milliseconds; the first comes within a second. A sample asks by GET, like a
 * client, for an object that the mirror is believed to hold: it reveals a mirror that treats clients differently.
 */
export const sampleInterval = 10_000;

/** Stands for the redirector itself where a client network is expected: it is one witness, like each of them. */
const ourselves = "";

/** Asks mirrors for objects on behalf of clients, within each client network's budget, and remembers the answers. */
export class ObjectQuestions {
  readonly #questions: MirrorQuestions;
  readonly #clock: () => number;
  readonly #memory: ObjectMemory;
  readonly #budget: QuestionBudget;
  /** By URL. */
  readonly #inProgress = new Map<string, Promise<Presence>>();

  /** @param clock milliseconds since 1970 */
  constructor(questions: MirrorQuestions, clock: () => number) {
    this.#questions = questions;
    this.#clock = clock;
    this.#memory = new ObjectMemory(clock);
    this.#budget = new QuestionBudget(clock);
  }

  /** What is remembered, at once. An object that is due for a second look is asked for in the background. */
  recall(record: MirrorRecord, url: string): Presence {
    const remembered = this.#memory.get(url);
    if (remembered === undefined || remembered.since < record.believedFrom) {
      return record.pause.isOn ? "unreachable" : "unknown";
    }
    if (remembered.presence === "held") this.#lookAgainIfDue(record, url, remembered);
    return remembered.presence;
  }

  /**
   * Asks, or joins the question in progress for the same URL. The answer never rejects.
   *
   * @param network of the client, which is charged for the question and for what is remembered
   * @returns undefined if no question is allowed now
   */
  ask(record: MirrorRecord, url: string, network: string): Promise<Presence> | undefined {
    return this.#inProgress.get(url) ?? this.#begin(record, url, network, network);
  }

  /** Asks in the background, on our own behalf. */
  probe(record: MirrorRecord, url: string): void {
    void this.#begin(record, url, ourselves, unknownNetwork);
  }

  /** Remembers that a client network waited in vain. */
  setUnreachable(url: string, network: string): void {
    this.#memory.set(url, "unreachable", network);
  }

  /** @param payer the network that is charged for the question; `network` is charged for what is remembered */
  #begin(record: MirrorRecord, url: string, network: string, payer: string): Promise<Presence> | undefined {
    if (!this.#questions.hasRoom(record)) return undefined;
    const release = this.#budget.take(payer);
    if (release === undefined) return undefined;
    const question = this.#askMirror(record, url, network).finally(() => {
      this.#inProgress.delete(url);
      release();
    });
    this.#inProgress.set(url, question);
    return question;
  }

  async #askMirror(record: MirrorRecord, url: string, network: string): Promise<Presence> {
    const slow = (): void => this.setUnreachable(url, network);
    const ask = (kind: QuestionKind) => this.#questions.ask(record, kind, url, { network, slow });
    const isByRange = this.#clock() < record.byRangeUntil;
    const first = await ask(isByRange ? "range" : "head");
    const { outcome } = first.outcome === "refused" ? await ask("range") : first;
    if (first.outcome === "refused" && outcome === "held") record.byRangeUntil = this.#clock() + believedFor.held;
    return this.#remember(record, url, outcome, network);
  }

  /** Asks again for an object that is believed to be held: if it was last seen long ago, and now and then as a sample. */
  #lookAgainIfDue(record: MirrorRecord, url: string, remembered: RememberedObject): void {
    const now = this.#clock();
    if (now < remembered.again && now < record.sampleDue) return;
    if (!this.#questions.hasRoom(record)) return;
    record.sampleDue = now + sampleInterval;
    remembered.again = Number.POSITIVE_INFINITY;
    void this.#lookAgain(record, url, remembered);
  }

  /**
   * Asks like a client. Meanwhile the object counts as held. If the mirror denies it to clients but confirms it to us, its
   * earlier answers are no longer believed, and from then on it is asked like a client.
   */
  async #lookAgain(record: MirrorRecord, url: string, remembered: RememberedObject): Promise<void> {
    const { outcome } = await this.#questions.ask(record, "range", url, { network: ourselves });
    if (outcome === "abandoned" || outcome === "busy") remembered.again = this.#clock();
    if (outcome === "absent" && this.#clock() >= record.byRangeUntil) {
      const { outcome: toUs } = await this.#questions.ask(record, "head", url, { network: ourselves });
      if (toUs === "held") {
        record.byRangeUntil = this.#clock() + believedFor.held;
        record.believedFrom = this.#clock();
      }
    }
    this.#remember(record, url, outcome, ourselves);
  }

  /** @returns what is known of the object now */
  #remember(record: MirrorRecord, url: string, outcome: QuestionOutcome, network: string): Presence {
    if (outcome === "busy") return "unreachable";
    if (outcome === "abandoned" || outcome === "refused") return "unknown";
    this.#memory.set(url, outcome, network);
    if (outcome === "held") record.held ??= url;
    return outcome;
  }
}
