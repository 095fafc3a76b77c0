import type { Complaint, Problem } from "../../document/problem";
import { formatMention } from "./format-mention";
import type { Mention, PromisedDigest } from "./project-manifest";

/** An image at all the repositories that it goes to. */
export interface PlacedImage {
  readonly project: string;
  readonly name: string;
  readonly digests: readonly PromisedDigest[];
  /** Full names of repositories; those of mirrors have no host. */
  readonly repositories: readonly string[];
}

/** The conflicts between manifests. */
export interface Conflicts<Artifact> {
  readonly problems: readonly Problem[];
  /** What takes part in a conflict, and must not be promoted. */
  readonly blocked: ReadonlySet<Artifact>;
}

/**
 * Finds tags that are promised for two digests at one repository, by any projects, also where one destination lies inside another:
 * errors at all places.
 */
export function findImageConflicts(images: readonly PlacedImage[]): Conflicts<PromisedDigest> {
  const finder = new ConflictFinder();
  for (const group of groupByRepository(images)) finder.check(group.repository, group.images);
  return { problems: finder.problems, blocked: finder.blocked };
}

/** Images that share a repository. Those that share many, as 22 regions of one registry, are one group with the first of them. */
function groupByRepository(images: readonly PlacedImage[]) {
  const byRepository = new Map<string, number[]>();
  for (const [index, { repositories }] of images.entries()) {
    for (const repository of new Set(repositories)) addTo(byRepository, repository, index);
  }
  const groups = new Map<string, { repository: string; images: readonly PlacedImage[] }>();
  for (const [repository, members] of byRepository) {
    const key = members.join();
    if (groups.has(key)) continue;
    groups.set(key, { repository, images: members.flatMap((index) => images[index] ?? []) });
  }
  return groups.values();
}

class ConflictFinder {
  readonly problems: Problem[] = [];
  readonly blocked = new Set<PromisedDigest>();
  readonly #reported = new Set<string>();

  check(repository: string, images: readonly PlacedImage[]): void {
    const byTag = new Map<string, PromisedDigest[]>();
    for (const digest of images.flatMap(({ digests }) => digests)) {
      for (const tag of digest.tags) addTo(byTag, tag, digest);
    }
    for (const [tag, promises] of byTag) this.#checkTag(repository, tag, promises);
  }

  #checkTag(repository: string, tag: string, promises: readonly PromisedDigest[]): void {
    const [first] = promises;
    if (first === undefined || promises.every(({ digest }) => digest === first.digest)) return;
    for (const promise of promises) {
      this.blocked.add(promise);
      const other = promises.find(({ digest }) => digest !== promise.digest) ?? first;
      const complaint = {
        rule: "manifest/tag-conflict",
        severity: "error",
        message: `${repository}:${tag} is also promised for ${other.digest} at ${formatMention(other.mention)}`,
        fix: "Keep the tag at one of the two digests.",
      } as const;
      this.#report(promise.mention, tag, complaint);
    }
  }

  /** Reports a tag once at each place, however many repositories it goes to. */
  #report({ manifest, path, target }: Mention, tag: string, complaint: Complaint): void {
    const problem = manifest.complain(complaint, path, target);
    const key = JSON.stringify([problem.file, problem.line, problem.column, tag]);
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.problems.push(problem);
  }
}

function addTo<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
