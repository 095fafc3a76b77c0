import { targetName } from "../plan/target-name";
import type { WantedImage } from "../plan/wanted-image";
import type { RunContext } from "./run-context";

/**
 * The promised tags of an image that the plan saw at the origin, at this image.
 *
 * @returns undefined if the plan did not look there
 */
export function findTagsAtOrigin(
  { image, tags }: WantedImage,
  { observations, targets }: Pick<RunContext, "observations" | "targets">,
): string[] | undefined {
  const origin = targets.find(({ isOrigin, kind }) => isOrigin && kind === "registry");
  if (!origin || !observations) return undefined;
  const { project, repository, digest } = image;
  const entry = { project, repository, digest, promotion: 1, manifests: [], blobs: [] };
  const find = (some: readonly string[]) =>
    observations.findEvidence({ kind: origin.kind, name: targetName(origin) }, { ...entry, tags: some });
  return find([]) === "unknown" ? undefined : tags.filter((tag) => find([tag]) === "held");
}
