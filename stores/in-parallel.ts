/**
 * Works on all items, at most `most` at a time. After a failure, nothing more is started; once the work in progress has ended, the
 * first failure is thrown. docs/decisions/0001-dependencies.md says why this is not `p-map`.
 *
 * @returns the results, in the items' order
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
