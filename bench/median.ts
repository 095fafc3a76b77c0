/** The figure in the middle; of an even number the higher of the two, of none NaN. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((left, right) => left - right)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
