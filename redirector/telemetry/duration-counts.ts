/** How many durations were how long: a histogram to which adding one is a walk through a few numbers. */
export class DurationCounts {
  /** Upper bounds of the buckets in seconds, ascending, both as they are compared and counted. */
  readonly bounds: readonly number[];
  /** The sum of all durations, in seconds. */
  sum = 0;
  /** One count a bucket, and a last one for what is longer than all bounds. Doubles count exactly up to 2^53. */
  readonly #counts: Float64Array;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Counts one duration. What is no number, or negative as when a clock was set back, counts as none at all. */
  add(seconds: number): void {
    const counted = seconds > 0 ? seconds : 0;
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && counted > (bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.sum += counted;
  }

  /** For each bound, and last for all durations, how many are not longer. */
  cumulative(): number[] {
    let count = 0;
    return Array.from(this.#counts, (more) => {
      count += more;
      return count;
    });
  }
}
