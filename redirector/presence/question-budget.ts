import { unknownNetwork } from "../../routing/client-network";
import { QuestionsInProgress } from "../questions-in-progress";
import { RequestRates } from "../request-rates";
import { sharesOf } from "./client-share";

/** A client network's share: a machine may pull several new images at once, and up to three mirrors are asked for each layer. */
const network = { perSecond: 50, burst: 250 };
const shares = sharesOf(unknownNetwork);

/** How many questions to mirrors clients may cause. At a quarter of a millisecond each, all together take at most a tenth of a processor. */
export const questionRates = {
  network,
  unknown: { perSecond: shares * network.perSecond, burst: shares * network.burst },
  all: { perSecond: 400, burst: 2_000 },
} as const;

/** How many questions of one client network may be in progress: names at which a mirror hangs must leave sockets to others. */
export const mostInProgress = 32;

/** Limits the questions to mirrors that clients cause. */
export class QuestionBudget {
  readonly #rates: RequestRates;
  readonly #inProgress = new QuestionsInProgress();

  /** @param clock milliseconds; may advance while the process is frozen */
  constructor(clock: () => number) {
    this.#rates = new RequestRates({ ...questionRates, clock });
  }

  /**
   * Takes one question from the share of a client's network.
   *
   * @returns a function to call when it is answered; undefined if the network's share, or the total, is used up
   */
  take(network: string): (() => void) | undefined {
    const most = mostInProgress * sharesOf(network);
    if (this.#inProgress.of(network) >= most || !this.#rates.take(network)) return undefined;
    return this.#inProgress.begin(network);
  }
}
