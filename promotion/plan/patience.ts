import { StoreError } from "../../stores/store-error";
import { type Reading, Unread } from "./world";

/** After this many failures in a row a store counts as down, and is asked nothing more: each failure took several attempts. */
const mostFailures = 3;

/** Reads parts of one store, and gives up when it does not answer. */
export class Patience {
  #failures = 0;
  #unread = new Unread("");

  /**
   * Reads one part.
   *
   * @returns why it could not be read, if the store failed
   * @throws what is not a StoreError
   */
  async read<T>(work: () => Promise<T>): Promise<Reading<T>> {
    if (this.#failures >= mostFailures) return this.#unread;
    try {
      const value = await work();
      this.#failures = 0;
      return value;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#failures++;
      this.#unread = new Unread(error.message, undefined, error.fault === "denied");
      return this.#unread;
    }
  }
}
