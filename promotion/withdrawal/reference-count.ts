import { imageKey } from "../../overlay/image-key";
import type { LedgerImage } from "../ledger/ledger";
import type { Mentions } from "../manifests/mentions";

/** One reason is enough for an object to stay; a few are shown. */
const mostNamed = 3;

/** How many artifacts need an object, and some of them. */
export interface References {
  readonly count: number;
  readonly by: readonly string[];
}

const none: References = { count: 0, by: [] };

/**
 * Counts which artifacts that stay need an object. Manifests belong to a repository; buckets hold a blob once for all repositories.
 *
 * What an artifact consists of is known only of those in the ledger. One that is promised and not there, as it was not promoted yet or by
 * no run that kept a ledger, may need anything: so it counts as needing everything that it could.
 */
export class ReferenceCount {
  readonly #manifests = new Map<string, References>();
  readonly #blobs = new Map<string, References>();
  /** By repository: an artifact of which nobody knows what it consists of. */
  readonly #unknown = new Map<string, string>();
  /** The artifacts themselves. */
  readonly #digests = new Set<string>();

  /** @param kept all images of the ledger that stay @param doomed those that go */
  constructor(kept: readonly LedgerImage[], doomed: readonly LedgerImage[], mentions: Mentions) {
    const wanted = new Set(
      doomed.flatMap(({ repository, digest, manifests }) =>
        [digest, ...manifests].map((each) => imageKey(repository, each)),
      ),
    );
    const wantedBlobs = new Set(doomed.flatMap(({ blobs }) => blobs));
    for (const { repository, digest, manifests, blobs } of kept) {
      const name = imageKey(repository, digest);
      this.#digests.add(digest);
      if (manifests.length + blobs.length === 0) this.#noteUnknown(repository, name);
      for (const each of [digest, ...manifests]) note(this.#manifests, wanted, imageKey(repository, each), name);
      for (const each of blobs) note(this.#blobs, wantedBlobs, each, name);
    }
    const known = new Set([...kept, ...doomed].map(({ repository, digest }) => imageKey(repository, digest)));
    for (const name of mentions.images) {
      if (known.has(name)) continue;
      const at = name.lastIndexOf("@");
      this.#digests.add(name.slice(at + 1));
      this.#noteUnknown(name.slice(0, at), name);
    }
  }

  /** Who needs a manifest of a repository, as far as it is known. */
  ofManifest(repository: string, digest: string): References {
    return this.#manifests.get(imageKey(repository, digest)) ?? none;
  }

  /** Who needs a blob, in any repository, as far as it is known. */
  ofBlob(digest: string): References {
    return this.#blobs.get(digest) ?? none;
  }

  /** Whether a digest is promoted or promised in any repository, so that the record of its completion stays. */
  isKept(digest: string): boolean {
    return this.#digests.has(digest);
  }

  /** An artifact that may need anything in a repository. @param repository @default any repository */
  findUnknown(repository?: string): string | undefined {
    return repository === undefined ? this.#unknown.values().next().value : this.#unknown.get(repository);
  }

  #noteUnknown(repository: string, name: string): void {
    if (!this.#unknown.has(repository)) this.#unknown.set(repository, name);
  }
}

function note(counts: Map<string, References>, wanted: ReadonlySet<string>, key: string, name: string): void {
  if (!wanted.has(key)) return;
  const { count, by } = counts.get(key) ?? none;
  counts.set(key, { count: count + 1, by: by.length < mostNamed ? [...by, name] : by });
}
