import type { Decision } from "../../routing/decide";
import type { Network } from "../../routing/routing-table";

interface Entry<Kept> {
  readonly class: Decision["asked"]["class"];
  readonly status: Decision["status"];
  readonly grade: Decision["grade"];
  readonly kept: Kept;
}

/**
 * Caches a value for each kind of decision: equal client network, mirror, class, status and grade. Finding it takes
 * two look-ups and a few comparisons, and builds no strings. Networks are objects of the routing table, and their
 * cached values are dropped with it.
 */
export class DecisionCache<Kept> {
  readonly #byNetwork = new WeakMap<Network, Map<string | undefined, Entry<Kept>[]>>();
  readonly #make: (decision: Decision) => Kept;

  /** @param make creates the value from the first decision of its kind */
  constructor(make: (decision: Decision) => Kept) {
    this.#make = make;
  }

  /** The cached value for decisions like this one. */
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
