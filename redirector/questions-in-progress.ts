/** Counts the questions that are in progress, by client network. */
export class QuestionsInProgress {
  readonly #counts = new Map<string, number>();

  /** How many a network has. */
  of(network: string): number {
    return this.#counts.get(network) ?? 0;
  }

  /** Counts one more for a network. @returns a function to call once, when it is answered */
  begin(network: string): () => void {
    this.#counts.set(network, this.of(network) + 1);
    return () => {
      const left = this.of(network) - 1;
      if (left > 0) this.#counts.set(network, left);
      else this.#counts.delete(network);
    };
  }
}
