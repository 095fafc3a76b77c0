import { isError, type Problem } from "../../document/problem";
import type { Mentions } from "./mentions";
import type { PlacedDestination } from "./place-project";
import type { ProjectManifest } from "./project-manifest";
import type { WithdrawnManifest } from "./withdrawn-manifest";

/** What was found in all directories of manifests. */
export interface FoundNames {
  readonly projects: readonly { readonly manifest: ProjectManifest; readonly placed: readonly PlacedDestination[] }[];
  readonly withdrawn: readonly WithdrawnManifest[];
  /** Of the layout: a misplaced file may name anything. */
  readonly layoutProblems: readonly Problem[];
}

/** Finds what manifests name at mirrors, also those with errors. */
export function findMentions({ projects, withdrawn, layoutProblems }: FoundNames): Mentions {
  const images = new Set<string>();
  const tags = new Set<string>();
  const files = new Set<string>();
  const prefixes = new Map<string, readonly string[]>();
  for (const { manifest, placed } of projects) {
    const key = `${manifest.kind} ${manifest.project}`;
    prefixes.set(key, [...new Set([...(prefixes.get(key) ?? []), ...placed.map(({ prefix }) => prefix)])]);
    for (const { prefix } of placed) {
      if (manifest.kind === "files") {
        for (const { name } of manifest.files) files.add(`${prefix}${name}`);
        continue;
      }
      for (const image of manifest.images) {
        const repository = `${prefix}${image.name}`;
        for (const entry of image.digests) {
          images.add(`${repository}@${entry.digest}`);
          for (const tag of entry.tags) tags.add(`${repository}:${tag}`);
        }
      }
    }
  }
  const all = [...projects.map(({ manifest }) => manifest), ...withdrawn];
  return {
    images,
    tags,
    files,
    prefixes,
    projects: new Set(all.map(({ project }) => project)),
    unclear: new Set(all.filter(({ problems }) => problems.some(isError)).map(({ project }) => project)),
    isComplete: !layoutProblems.some(isError) && projects.every(({ manifest }) => manifest.isReadable),
  };
}
