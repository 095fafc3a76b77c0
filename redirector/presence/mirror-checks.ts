import type { QuestionOutcome } from "./mirror-question";
import { isUseful, type MirrorQuestions } from "./mirror-questions";
import type { MirrorRecord } from "./mirror-record";

/** The time between two checks of one mirror, in milliseconds, give or take {@link checkJitter}. */
export const checkInterval = 30_000;
/** A share of the interval: instances that started together must drift apart. */
export const checkJitter = 0.2;

/** Checks mirrors with an object that they should hold, independently of clients. */
export class MirrorChecks {
  readonly #questions: MirrorQuestions;
  readonly #random: () => number;

  /** @param random from 0 to below 1 */
  constructor(questions: MirrorQuestions, random: () => number) {
    this.#questions = questions;
    this.#random = random;
  }

  /**
   * Checks a mirror, unless it is being checked, or there is no known object to ask for. A check that fails is repeated soon, until
   * the breaker has opened.
   *
   * @param isComplete whether the mirror states `presence: complete`, so that a missing object is a failure
   */
  async check(record: MirrorRecord, isComplete: boolean): Promise<void> {
    const url = record.checkUrl;
    if (url === undefined || record.isBeingChecked || this.#questions.isStopped) return;
    const isHealthy = isComplete ? isHeld : isUseful;
    record.isBeingChecked = true;
    const { outcome } = await this.#questions.ask(record, "check", url, { isHealthy });
    record.isBeingChecked = false;
    if (outcome === "absent" && url === record.held) record.held = undefined;
    const hasOpened = outcome !== "abandoned" && record.breaker.state === "open";
    const isSettled = outcome === "busy" || isHealthy(outcome) || hasOpened;
    record.scheduleCheck(isSettled ? this.#drawInterval() : undefined);
  }

  /**
   * Checks a mirror at once, or waits for a check in progress.
   *
   * @param record of a mirror that is asked for objects: one that states `presence: complete` is not
   * @returns whether it can be checked
   */
  confirm(record: MirrorRecord): boolean {
    if (record.checkUrl === undefined || record.pause.isOn || this.#questions.isStopped) return false;
    void this.check(record, false);
    return true;
  }

  #drawInterval(): number {
    return checkInterval * (1 + checkJitter * (2 * this.#random() - 1));
  }
}

function isHeld(outcome: QuestionOutcome): boolean {
  return outcome === "held";
}
