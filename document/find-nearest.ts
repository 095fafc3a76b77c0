/** Differences that are ignored: capitals, and the characters between words. */
const plain = (word: string): string => word.toLowerCase().replace(/[\s_-]/g, "");

/**
 * The candidate that a mistyped word most likely means: the one with the fewest changed, missing, additional and
 * swapped letters, if they are at most a quarter of the word; `undefined` if there is none. The first of equally near ones.
 */
export function findNearest(word: string, candidates: Iterable<string>): string | undefined {
  const written = plain(word);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const known = plain(candidate);
    const most = Math.max(1, Math.floor(known.length / 4));
    if (Math.abs(known.length - written.length) > most) continue;
    const distance = editDistance(written, known);
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Damerau's distance, restricted to neighbouring letters that are swapped once (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
        swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = above;
    above = current;
  }
  return at(above, b.length);
}

function at(distances: readonly number[], column: number): number {
  return distances[column] ?? Number.POSITIVE_INFINITY;
}
