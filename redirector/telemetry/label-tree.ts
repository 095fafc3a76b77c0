/**
 * Something for each combination of a few labels that were met, found by one look-up a label: no key is put together, so
 * that a request pays for no text that was there before. It grows with the combinations: labels come from small sets.
 */
export class LabelTree<Leaf> {
  /** What belongs to the labels that lead here; undefined until it is set. */
  leaf: Leaf | undefined = undefined;
  readonly #branches = new Map<string | number, LabelTree<Leaf>>();

  /** The branch of one more label, made where there was none. */
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

  /** Every leaf that was set, with the labels that lead to it from here. */
  *leaves(path: readonly (string | number)[] = []): Generator<[labels: readonly (string | number)[], leaf: Leaf]> {
    if (this.leaf !== undefined) yield [path, this.leaf];
    for (const [label, branch] of this.#branches) yield* branch.leaves([...path, label]);
  }
}
