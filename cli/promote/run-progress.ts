import { formatProgress } from "../../promotion/run/format-progress";
import type { RunCounters } from "../../promotion/run/run-counters";

/** Milliseconds between two lines: on a terminal, where each replaces the last one; elsewhere, such as in CI. */
const intervals = { terminal: 200, log: 30_000 } as const;

/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows what a run has done: on one line of a terminal, and elsewhere with a line now and then. */
export class RunProgress {
  readonly #counters: RunCounters;
  readonly #expected: number;
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  readonly #begin: number;
  #next: number;
  #isShown = false;

  /**
   * @param expected bytes of the plan
   * @param output @default the standard error
   * @param now milliseconds. @default the machine's clock
   */
  constructor(
    counters: RunCounters,
    expected: number,
    output: ProgressOutput = process.stderr,
    now: () => number = () => performance.now(),
  ) {
    this.#counters = counters;
    this.#expected = expected;
    this.#output = output;
    this.#now = now;
    this.#begin = now();
    this.#next = this.#begin + this.#interval;
    counters.onChange = () => this.#show();
  }

  /** Removes the line of a terminal. */
  end(): void {
    this.#counters.onChange = () => {};
    if (this.#isShown) this.#output.write("\r\u001b[K");
  }

  get #interval(): number {
    return this.#output.isTTY ? intervals.terminal : intervals.log;
  }

  #show(): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + this.#interval;
    const line = formatProgress(this.#counters, (now - this.#begin) / 1000, this.#expected);
    if (this.#output.isTTY) this.#output.write(`\r\u001b[K${line}`);
    else this.#output.write(`${line}\n`);
    this.#isShown = this.#output.isTTY === true;
  }
}
