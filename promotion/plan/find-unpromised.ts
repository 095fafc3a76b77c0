import type { Promoted } from "../promoted";
import type { Plan } from "./plan";

/**
 * What a plan would do that no manifest promises: it was changed by hand, or made from other manifests.
 *
 * @returns one line each
 */
export function findUnpromised({ images, files }: Plan, promoted: Promoted): string[] {
  const repositories = new Set(promoted.images.map(({ repository }) => repository));
  const promised = new Set([
    ...promoted.images.map(({ repository, digest }) => `${repository}@${digest}`),
    ...promoted.files.map(({ path, sha256 }) => `${path} ${sha256}`),
  ]);
  // What is attached belongs to an image of the repository, or to a child of one.
  const unknown = [
    ...images
      .filter(({ repository, attachedTo }) => attachedTo === undefined || !repositories.has(repository))
      .flatMap(({ repository, digest }) =>
        promised.has(`${repository}@${digest}`) ? [] : [`${repository}@${digest}`],
      ),
    ...files.flatMap(({ path, sha256 }) => (promised.has(`${path} ${sha256}`) ? [] : [`${path} with ${sha256}`])),
  ];
  return unknown.map((name) => `no manifest promises ${name}`);
}
