import { imageKey } from "../../overlay/image-key";
import type { Ledger } from "../ledger/ledger";
import type { Mentions } from "../manifests/mentions";
import type { PlanFinding } from "../plan/plan";

/** The first artifact that no manifest names, of a project that has none: perhaps not all manifests were given. */
function findUnnamed({ images, files }: Ledger, mentions: Mentions): { project: string; name: string } | undefined {
  const isAbsent = ({ project, withdrawn }: Ledger["images"][number] | Ledger["files"][number]) =>
    withdrawn === undefined && !mentions.projects.has(project);
  for (const image of images) {
    const name = imageKey(image.repository, image.digest);
    if (image.attachedTo === undefined && isAbsent(image) && !mentions.images.has(name))
      return { project: image.project, name };
  }
  const file = files.find((each) => isAbsent(each) && !mentions.files.has(each.path));
  return file && { project: file.project, name: file.path };
}

/**
 * Why it is not known what all projects promise, so that nothing may be deleted: what an artifact that the ledger does not have consists of could
 * be among it.
 *
 * @returns undefined if it is known
 */
export function findDoubt(ledger: Ledger, mentions: Mentions): PlanFinding | undefined {
  const base = { kind: "undeletable", severity: "warning" } as const;
  if (!mentions.isComplete) {
    const message = "nothing is deleted, because a manifest cannot be read and may promise anything";
    return { ...base, message, fix: "Correct the error in the manifest." };
  }
  // What a project of which the ledger is complete promises has been looked for.
  const unclear = [...mentions.unclear].sort().find((project) => !ledger.covered?.includes(project));
  if (unclear !== undefined) {
    const message = `nothing is deleted, because the manifests of ${unclear} have errors, and the ledger does not have all that it promises`;
    return { ...base, project: unclear, message, fix: `Correct the errors in the manifests of ${unclear}.` };
  }
  const unnamed = findUnnamed(ledger, mentions);
  if (unnamed === undefined) return undefined;
  const { project, name } = unnamed;
  const message = `nothing is deleted, because ${name} was promoted, and ${project} has no manifest any more`;
  const fix =
    "Give the directories of all manifests with --manifests; or put the manifest back, or withdraw what it had.";
  return { ...base, project, message, fix };
}
