import type { Promoted } from "../promoted";

/** A name that a rollback promises for other content than before: `REPOSITORY:TAG` or a file's path. */
export interface MovedBack {
  readonly name: string;
  /** A digest, or a file's SHA-256. */
  readonly from: string;
  readonly to: string;
}

/** The content of each name. */
function listNames({ images, files }: Pick<Promoted, "images" | "files">): Map<string, string> {
  return new Map([
    ...images.flatMap(({ repository, digest, tags }) => tags.map((tag) => [`${repository}:${tag}`, digest] as const)),
    ...files.map(({ path, sha256 }) => [path, sha256] as const),
  ]);
}

/** Finds what a rollback promises for other content: promotion does not move it, unless its name is mutable. Sorted by name. */
export function findMovedBack(
  before: Pick<Promoted, "images" | "files">,
  after: Pick<Promoted, "images" | "files">,
  isMutable: (name: string) => boolean,
): MovedBack[] {
  const now = listNames(after);
  return Array.from(listNames(before), ([name, from]) => ({ name, from, to: now.get(name) ?? from }))
    .filter(({ name, from, to }) => from !== to && !isMutable(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
