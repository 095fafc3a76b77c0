/** The middle value; the higher of the two for an even number of values, and NaN for none. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((left, right) => left - right)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
