/**
 * A value for each combination of a few labels, found by one look-up per label: no key is built, so a request creates
 * no strings. It grows with the number of combinations; labels come from small sets.
 */
export class LabelTree<Leaf> {
  /** The value of the labels that lead here; undefined until it is set. */
  leaf: Leaf | undefined = undefined;
  readonly #branches = new Map<string | number, LabelTree<Leaf>>();

  /** The branch of one more label, created if missing. */
  at(label: string | number): LabelTree<Leaf> {
    const known = this.#branches.get(label);
    if (known) return known;
    const made = new LabelTree<Leaf>();
    this.#branches.set(label, made);
    return made;
  }

  /** Removes the branches of the next label that are not among these. */
  keepOnly(labels: ReadonlySet<string | number>): void {
    for (const label of this.#branches.keys()) if (!labels.has(label)) this.#branches.delete(label);
  }

  /** Every value that was set below this branch, with the labels that lead to it. */
  *leaves(path: readonly (string | number)[] = []): Generator<[labels: readonly (string | number)[], leaf: Leaf]> {
    if (this.leaf !== undefined) yield [path, this.leaf];
    for (const [label, branch] of this.#branches) yield* branch.leaves([...path, label]);
  }
}
