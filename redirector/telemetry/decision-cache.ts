import type { Decision } from "../../routing/decide";
import type { Network } from "../../routing/routing-table";

interface Entry<Kept> {
  readonly class: Decision["asked"]["class"];
  readonly status: Decision["status"];
  readonly grade: Decision["grade"];
  readonly kept: Kept;
}

/**
 * Keeps something for each kind of decision: the same network of the client, mirror, class, status and grade. Finding it
 * again takes two look-ups and a few comparisons, and no text is put together. Networks are objects of the routing table,
 * and what is kept for them goes with it.
 */
export class DecisionCache<Kept> {
  readonly #byNetwork = new WeakMap<Network, Map<string | undefined, Entry<Kept>[]>>();
  readonly #make: (decision: Decision) => Kept;

  /** @param make makes what is kept, from the first decision of its kind */
  constructor(make: (decision: Decision) => Kept) {
    this.#make = make;
  }

  /** What is kept for decisions like this one. */
  find(decision: Decision): Kept {
    const { asked, status, grade } = decision;
    const entries = this.#entriesFor(decision);
    for (const entry of entries) {
      if (entry.class === asked.class && entry.status === status && entry.grade === grade) return entry.kept;
    }
    const kept = this.#make(decision);
    entries.push({ class: asked.class, status, grade, kept });
    return kept;
  }

  #entriesFor({ network, mirror }: Decision): Entry<Kept>[] {
    const byMirror = this.#byNetwork.get(network);
    const known = byMirror?.get(mirror);
    if (known !== undefined) return known;
    const made: Entry<Kept>[] = [];
    if (byMirror === undefined) this.#byNetwork.set(network, new Map([[mirror, made]]));
    else byMirror.set(mirror, made);
    return made;
  }
}
