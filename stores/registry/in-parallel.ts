/**
 * Does work on each of the items, on so many at once as `most` says. The first failure is thrown, after what had begun has ended; nothing
 * more is begun.
 *
 * @returns what came of each, in the items' order
 */
export async function inParallel<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const waiting = items.entries();
  const results: R[] = [];
  const failures: unknown[] = [];
  const lane = async () => {
    for (const [position, item] of waiting) {
      if (failures.length > 0) return;
      try {
        results[position] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
