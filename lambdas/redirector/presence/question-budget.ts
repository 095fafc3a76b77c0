import { clientNetwork } from "../../../routing/client-network";
import { RequestRates } from "../request-rates";
import { sharesOf } from "./client-share";

/** A client network's share: a machine may pull several new images at once (three mirrors are asked for each layer). */
const network = { perSecond: 50, burst: 250 };
const shares = sharesOf(clientNetwork(""));

/** How many questions to mirrors clients may cause: all of them take a tenth of a processor at most (a quarter of a millisecond each). */
export const QUESTION_RATES = {
  network,
  unknown: { perSecond: shares * network.perSecond, burst: shares * network.burst },
  all: { perSecond: 400, burst: 2_000 },
} as const;

/** How many questions of one client network may be under way: names at which a mirror hangs must leave sockets to others. */
export const MOST_UNDER_WAY = 32;

/** Decides whether a client may cause a question to a mirror. */
export class QuestionBudget {
  readonly #rates: RequestRates;
  /** How many are under way, by client network. */
  readonly #underWay = new Map<string, number>();

  /** @param clock milliseconds; may go on while the process is frozen */
  constructor(clock: () => number) {
    this.#rates = new RequestRates({ ...QUESTION_RATES, clock });
  }

  /**
   * Takes one question from the share of a client's network.
   *
   * @returns what must be called when it is answered; undefined where the share, or everybody's, is used up
   */
  take(address: string): (() => void) | undefined {
    const client = clientNetwork(address);
    const underWay = this.#underWay.get(client) ?? 0;
    if (underWay >= MOST_UNDER_WAY * sharesOf(client) || !this.#rates.take(address)) return undefined;
    this.#underWay.set(client, underWay + 1);
    return () => this.#end(client);
  }

  #end(client: string): void {
    const left = (this.#underWay.get(client) ?? 1) - 1;
    if (left === 0) this.#underWay.delete(client);
    else this.#underWay.set(client, left);
  }
}
