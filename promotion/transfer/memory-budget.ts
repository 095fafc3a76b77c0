/** Memory that several copies share: each waits, first come, first served, until its part is free. */
export class MemoryBudget {
  readonly #all: number;
  readonly #waiting: { readonly bytes: number; readonly proceed: () => void }[] = [];
  #free: number;

  /** @param bytes in all */
  constructor(bytes: number) {
    this.#all = bytes;
    this.#free = bytes;
  }

  /** How much is in use, in bytes. */
  get used(): number {
    return this.#all - this.#free;
  }

  /**
   * Takes a part of the memory while the work runs.
   *
   * @param bytes at most the whole budget is taken
   */
  async use<T>(bytes: number, work: (granted: number) => Promise<T>): Promise<T> {
    const granted = Math.min(bytes, this.#all);
    await new Promise<void>((proceed) => {
      this.#waiting.push({ bytes: granted, proceed });
      this.#grant();
    });
    try {
      return await work(granted);
    } finally {
      this.#free += granted;
      this.#grant();
    }
  }

  #grant(): void {
    for (let first = this.#waiting[0]; first && first.bytes <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.bytes;
      first.proceed();
    }
  }
}
