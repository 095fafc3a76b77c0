import { unknownNetwork } from "../../routing/client-network";
import type { Presence } from "../../routing/conditions";
import type { QuestionKind, QuestionOutcome } from "./mirror-question";
import type { MirrorQuestions } from "./mirror-questions";
import type { MirrorRecord } from "./mirror-record";
import { believedFor, ObjectMemory, type RememberedObject } from "./object-memory";
import { QuestionBudget } from "./question-budget";

/**
 * The time between two samples of a mirror, in milliseconds; the first comes within a second. A sample asks by GET, like a
 * client, for an object that the mirror is thought to hold: it reveals a mirror that treats clients differently.
 */
export const sampleInterval = 10_000;

/** How long a mirror that lacks a verified object is asked like any other, in milliseconds; then the overlay is believed again. */
export const distrustedFor = 900_000;

/** The redirector's own name among client networks: as a witness it counts like one of them. */
const ourselves = "";

/** Asks mirrors for objects on behalf of clients, within each client network's budget, and remembers the answers. */
export class ObjectQuestions {
  readonly #questions: MirrorQuestions;
  readonly #clock: () => number;
  readonly #memory: ObjectMemory;
  readonly #budget: QuestionBudget;
  readonly #onDistrust: (mirror: string, url: string) => void;
  /** By URL. */
  readonly #inProgress = new Map<string, Promise<Presence>>();

  /**
   * @param clock milliseconds since 1970
   * @param onDistrust called when a mirror lacks an object that was verified there
   */
  constructor(questions: MirrorQuestions, clock: () => number, onDistrust: (mirror: string, url: string) => void) {
    this.#questions = questions;
    this.#onDistrust = onDistrust;
    this.#clock = clock;
    this.#memory = new ObjectMemory(clock);
    this.#budget = new QuestionBudget(clock);
  }

  /** What is remembered, at once. An object that is due for a second look is asked for in the background. */
  recall(record: MirrorRecord, url: string): Presence {
    const remembered = this.#memory.get(url);
    if (remembered === undefined || remembered.since < record.validFrom) {
      return record.pause.isOn ? "unreachable" : "unknown";
    }
    if (remembered.presence === "held") this.#lookAgainIfDue(record, url, remembered);
    return remembered.presence;
  }

  /**
   * The presence of an object that was verified there when it was promoted: no question is needed. A sample now and then reveals a mirror
   * that has lost objects, or an overlay that is wrong; then the mirror is asked as any other.
   */
  recallVerified(record: MirrorRecord, url: string): Presence {
    const now = this.#clock();
    if (now < record.distrustedUntil) return this.recall(record, url);
    record.held ??= url;
    if (now >= record.sampleDue && this.#questions.hasRoom(record)) {
      record.sampleDue = now + sampleInterval;
      void this.#sampleVerified(record, url);
    }
    return "held";
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

  /** Remembers that a client network timed out. */
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
    const onSlow = (): void => this.setUnreachable(url, network);
    const ask = (kind: QuestionKind) => this.#questions.ask(record, kind, url, { network, onSlow });
    const isByGet = this.#clock() < record.useGetUntil;
    const first = await ask(isByGet ? "range" : "head");
    const { outcome } = first.outcome === "refused" ? await ask("range") : first;
    if (first.outcome === "refused" && outcome === "held") record.useGetUntil = this.#clock() + believedFor.held;
    return this.#remember(record, url, outcome, network);
  }

  async #sampleVerified(record: MirrorRecord, url: string): Promise<void> {
    const { outcome } = await this.#questions.ask(record, "range", url, { network: ourselves });
    if (outcome === "absent") {
      record.distrustedUntil = this.#clock() + distrustedFor;
      this.#onDistrust(record.id, url);
    }
    this.#remember(record, url, outcome, ourselves);
  }

  /** Asks again for an object that counts as held: if the last answer is old, and now and then as a sample. */
  #lookAgainIfDue(record: MirrorRecord, url: string, remembered: RememberedObject): void {
    const now = this.#clock();
    if (now < remembered.again && now < record.sampleDue) return;
    if (!this.#questions.hasRoom(record)) return;
    record.sampleDue = now + sampleInterval;
    remembered.again = Number.POSITIVE_INFINITY;
    void this.#lookAgain(record, url, remembered);
  }

  /**
   * Asks like a client. Until the answer comes, the object counts as held. If the mirror denies it to clients but confirms it
   * to us, its earlier answers are no longer valid, and from then on it is asked like a client.
   */
  async #lookAgain(record: MirrorRecord, url: string, remembered: RememberedObject): Promise<void> {
    const { outcome } = await this.#questions.ask(record, "range", url, { network: ourselves });
    if (outcome === "abandoned" || outcome === "busy") remembered.again = this.#clock();
    if (outcome === "absent" && this.#clock() >= record.useGetUntil) {
      const { outcome: toUs } = await this.#questions.ask(record, "head", url, { network: ourselves });
      if (toUs === "held") {
        record.useGetUntil = this.#clock() + believedFor.held;
        record.validFrom = this.#clock();
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
