import type { LedgerImage } from "../ledger/ledger";
import { subjectsOf } from "../ledger/subjects-of";

/** The images of a ledger by repository, and for what is attached, to which promised images it belongs. */
export class RepositoryImages {
  readonly #repositories = new Map<string, LedgerImage[]>();
  /** By repository: the images by each digest that they consist of. */
  readonly #holders = new Map<string, Map<string, LedgerImage[]>>();

  constructor(images: readonly LedgerImage[]) {
    for (const image of images) {
      const group = this.#repositories.get(image.repository);
      if (group) group.push(image);
      else this.#repositories.set(image.repository, [image]);
    }
  }

  in(repository: string): readonly LedgerImage[] {
    return this.#repositories.get(repository) ?? [];
  }

  /**
   * The promised images that something attached belongs to: those that it is attached to, directly, by a child of theirs, or by
   * something else that is attached to them or consists of it. A child of an index belongs to it, even if it is attached to something else, too.
   */
  findOwners(attached: LedgerImage): LedgerImage[] {
    const owners = new Set<LedgerImage>();
    const seen = new Set<string>();
    const subjects = [attached.digest, ...subjectsOf(attached)];
    for (let subject = subjects.pop(); subject !== undefined; subject = subjects.pop()) {
      if (seen.has(subject)) continue;
      seen.add(subject);
      for (const holder of this.#holdersOf(attached.repository).get(subject) ?? []) {
        if (holder.attachedTo === undefined) owners.add(holder);
        else if (holder !== attached) subjects.push(holder.digest, ...subjectsOf(holder));
      }
    }
    return [...owners];
  }

  #holdersOf(repository: string): ReadonlyMap<string, readonly LedgerImage[]> {
    const known = this.#holders.get(repository);
    if (known) return known;
    const holders = new Map<string, LedgerImage[]>();
    for (const image of this.in(repository)) {
      for (const digest of [image.digest, ...image.manifests]) {
        const group = holders.get(digest);
        if (group) group.push(image);
        else holders.set(digest, [image]);
      }
    }
    this.#holders.set(repository, holders);
    return holders;
  }
}
