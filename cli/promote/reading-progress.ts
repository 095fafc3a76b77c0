/** Milliseconds between two lines. */
const interval = 200;

/** Shows how many repositories and buckets were read, on one line of a terminal; elsewhere nothing. */
export class ReadingProgress {
  #next = 0;
  #isShown = false;

  show(done: number, of: number): void {
    if (!process.stderr.isTTY || performance.now() < this.#next) return;
    this.#next = performance.now() + interval;
    this.#isShown = true;
    process.stderr.write(`\rread ${done} of ${of} repositories and buckets`);
  }

  /** Removes the line. */
  end(): void {
    if (this.#isShown) process.stderr.write("\r\u001b[K");
  }
}
