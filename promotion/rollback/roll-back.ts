import type { FlatManifest } from "./manifest-text";

/** A manifest at three times. */
export interface ManifestHistory {
  /** At the parent of the commit. */
  readonly before: FlatManifest;
  /** At the commit. */
  readonly after: FlatManifest;
  /** In the work tree. */
  readonly now: FlatManifest;
}

/** What undoes a commit in one manifest. */
export interface Rollback {
  /** By key: the values to write; undefined removes the entry. */
  readonly changes: ReadonlyMap<string, readonly string[] | undefined>;
  /** Keys that the commit promised first: they are withdrawn. */
  readonly withdrawn: readonly string[];
  /** Tags that the commit promised first, of digests that stay, by key. */
  readonly withdrawnTags: ReadonlyMap<string, readonly string[]>;
  /** What was withdrawn, and comes back. */
  readonly restored: readonly string[];
  /** Keys that have changed since the commit, so that they cannot be undone. */
  readonly refused: readonly string[];
}

function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return (
    a === b ||
    (a !== undefined && b !== undefined && a.length === b.length && a.every((each, index) => each === b[index]))
  );
}

/**
 * Finds what undoes a commit: what it added goes, what it removed comes back, and what it changed is as before. Entries that have
 * changed since are refused.
 */
export function rollBack({ before, after, now }: ManifestHistory): Rollback {
  const changes = new Map<string, readonly string[] | undefined>();
  const withdrawnTags = new Map<string, readonly string[]>();
  const withdrawn: string[] = [];
  const restored: string[] = [];
  const refused: string[] = [];
  const tagsBefore = new Set([...before].flatMap(([key, tags]) => tags.map((tag) => `${nameOf(key)}:${tag}`)));
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is, current] = [before.get(key), after.get(key), now.get(key)];
    if (isSame(was, is)) continue;
    if (isSame(was, current)) continue;
    if (!isSame(is, current)) {
      refused.push(key);
      continue;
    }
    changes.set(key, was);
    if (was === undefined) withdrawn.push(key);
    else if (is === undefined) restored.push(key);
    else if (key.includes("@sha256:")) {
      const fresh = is.filter((tag) => !tagsBefore.has(`${nameOf(key)}:${tag}`));
      if (fresh.length > 0) withdrawnTags.set(key, fresh);
    }
  }
  return { changes, withdrawn, withdrawnTags, restored, refused };
}

/** The image of `NAME@DIGEST`. */
function nameOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf("@sha256:")));
}
