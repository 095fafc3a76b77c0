import { type Cidr, compareCidrs, covers } from "./cidr";
import type { LabelledPrefix } from "./list-disjoint-prefixes";

/**
 * Finds, for each prefix, the label of the longest prefix of another list that covers it; undefined if there is none.
 *
 * @param around may overlap; the first of equal prefixes wins
 */
export function findLabelsAround<Label>(
  prefixes: readonly Cidr[],
  around: readonly LabelledPrefix<Label>[],
): (Label | undefined)[] {
  const outer = [...around].sort((left, right) => compareCidrs(left.cidr, right.cidr));
  const order = prefixes.map((cidr, index) => ({ cidr, index }));
  order.sort((left, right) => compareCidrs(left.cidr, right.cidr));
  const labels = new Array<Label | undefined>(prefixes.length).fill(undefined);
  const open: LabelledPrefix<Label>[] = [];
  let next = 0;
  for (const { cidr, index } of order) {
    for (let one = outer[next]; one !== undefined && compareCidrs(one.cidr, cidr) <= 0; one = outer[++next]) {
      closeBefore(open, one.cidr);
      const last = open.at(-1);
      if (last === undefined || compareCidrs(last.cidr, one.cidr) !== 0) open.push(one);
    }
    closeBefore(open, cidr);
    labels[index] = open.at(-1)?.label;
  }
  return labels;
}

/** Removes prefixes that end before a given one begins. */
function closeBefore(open: LabelledPrefix<unknown>[], cidr: Cidr): void {
  for (let last = open.at(-1); last !== undefined && !covers(last.cidr, cidr); last = open.at(-1)) open.pop();
}
