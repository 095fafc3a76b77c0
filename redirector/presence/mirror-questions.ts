import type { MirrorConnections, SendToMirror } from "./mirror-connections";
import { type MirrorAnswer, MirrorQuestion, type QuestionKind, type QuestionOutcome } from "./mirror-question";
import type { MirrorRecord } from "./mirror-record";

/** How mirrors are asked. */
export interface MirrorQuestionsOptions {
  /** How long a mirror may take, in milliseconds, before its answer counts as slow. */
  readonly budget: number;
  /** Milliseconds since 1970; must advance while the process is frozen. */
  readonly clock: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Whether mirrors may be on loopback and in private networks, and use http: for tests and trials. */
  readonly allowPrivate: boolean;
  /** @default {@link MirrorConnections} */
  readonly send?: SendToMirror | undefined;
  /** Called with every answer. @default not called */
  readonly onAnswer?:
    | ((mirror: string, kind: QuestionKind, outcome: QuestionOutcome, seconds: number) => void)
    | undefined;
}

/** The circumstances of one question. */
export interface QuestionContext {
  /** The network of the client that needs the answer. @default none: a check of our own */
  readonly network?: string;
  /** Called when the answer is late. */
  readonly onSlow?: () => void;
  /** Which outcomes show that the mirror is healthy. @default {@link isUseful} */
  readonly isHealthy?: (outcome: QuestionOutcome) => boolean;
}

/** The most simultaneous questions to one mirror. */
export const mostQuestionsOfMirror = 128;
/** The most simultaneous questions to all mirrors together: each takes a socket. */
const mostQuestions = 1_000;

/** Whether an answer about an object that need not exist shows a healthy mirror: "absent" and a refused HEAD do. */
export function isUseful(outcome: QuestionOutcome): boolean {
  return outcome === "held" || outcome === "absent" || outcome === "refused";
}

/** Asks mirrors, and records the outcomes in their breakers and pauses. */
export class MirrorQuestions {
  readonly #options: MirrorQuestionsOptions;
  readonly #send: SendToMirror;
  readonly #inProgress = new Set<MirrorQuestion>();
  /** Loaded with the first question, so that it does not delay the start. */
  #connections: MirrorConnections | undefined;
  #isStopped = false;

  constructor(options: MirrorQuestionsOptions) {
    this.#options = options;
    this.#send = options.send ?? ((url, request) => this.#connect().send(url, request));
  }

  /** Whether questions are no longer allowed. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether a mirror may be asked for an object now. */
  hasRoom({ pause, questions }: MirrorRecord): boolean {
    if (this.#isStopped || pause.isOn) return false;
    return questions < mostQuestionsOfMirror && this.#inProgress.size < mostQuestions;
  }

  /** Asks a mirror. Never rejects. */
  async ask(record: MirrorRecord, kind: QuestionKind, url: string, context: QuestionContext): Promise<MirrorAnswer> {
    const { clock, onAnswer } = this.#options;
    const { network, onSlow, isHealthy = isUseful } = context;
    const began = clock();
    const trial = record.breaker.start(network);
    const answer = await this.#await(record, kind, url, (words) => {
      onSlow?.();
      trial.recordSlow(words);
    });
    const { outcome } = answer;
    onAnswer?.(record.id, kind, outcome, (clock() - began) / 1_000);
    recordPause(record, answer, network === undefined, isHealthy(outcome));
    if (outcome === "abandoned") trial.recordAbandoned();
    else if (outcome === "busy" || (isHealthy(outcome) && !answer.late)) trial.recordSuccess();
    else trial.recordFailure(answer.words);
    if (network !== undefined && record.breaker.isDoubtedBy(network)) record.bringCheckForward();
    return answer;
  }

  /** Withdraws every question in progress, and sends no more. */
  stop(): void {
    this.#isStopped = true;
    for (const question of this.#inProgress) question.abandon();
    this.#connections?.close();
  }

  async #await(
    record: MirrorRecord,
    kind: QuestionKind,
    url: string,
    onSlow: (words: string) => void,
  ): Promise<MirrorAnswer> {
    const { budget, clock, random } = this.#options;
    const question = new MirrorQuestion(kind, url, { send: this.#send, clock, random, budget, onSlow });
    record.questions++;
    record.wasAsked = true;
    this.#inProgress.add(question);
    const answer = await question.answer;
    record.questions--;
    this.#inProgress.delete(question);
    return answer;
  }

  #connect(): MirrorConnections {
    if (this.#connections === undefined) {
      const module = require("./mirror-connections") as typeof import("./mirror-connections");
      this.#connections = new module.MirrorConnections({ allowPrivate: this.#options.allowPrivate });
    }
    return this.#connections;
  }
}

/**
 * A client may choose a name for which the mirror answers 503, even with `Retry-After`: unless a check of our own gets that
 * answer too, the mirror is still asked.
 */
function recordPause(record: MirrorRecord, answer: MirrorAnswer, isCheck: boolean, isHealthy: boolean): void {
  const { outcome, retryAfter, atThisName = false } = answer;
  const { pause } = record;
  if (outcome === "busy") {
    pause.begin(retryAfter, atThisName && !isCheck);
    if (isCheck) pause.confirm();
    if (pause.isDoubted) record.bringCheckForward();
  } else if (isHealthy) {
    if (isCheck && pause.isDoubted) pause.lift();
    else pause.end();
  }
}
