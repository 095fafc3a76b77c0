/** The entries of a record, sorted by key: the file's order does not matter. */
export function sortByKey<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
