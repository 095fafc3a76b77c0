/** A histogram of durations. Adding one takes a few comparisons. */
export class DurationCounts {
  /** Upper bounds of the buckets in seconds, ascending and inclusive. */
  readonly bounds: readonly number[];
  /** The sum of all durations, in seconds. */
  sum = 0;
  /** One count per bucket, and a last one for durations above all bounds. Doubles count exactly up to 2^53. */
  readonly #counts: Float64Array;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Counts one duration. A duration that is not a number, or negative because a clock was set back, counts as 0. */
  add(seconds: number): void {
    const counted = seconds > 0 ? seconds : 0;
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && counted > (bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.sum += counted;
  }

  /** The number of durations up to each bound, and finally of all durations. */
  cumulative(): number[] {
    let count = 0;
    return Array.from(this.#counts, (more) => {
      count += more;
      return count;
    });
  }
}
