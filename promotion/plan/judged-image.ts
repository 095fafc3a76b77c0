import type { JudgedImage } from "../policy/judged-artifact";
import type { ImagePlan } from "./plan";

/** A planned image as the rules of a policy see it. What is attached to another image has cosign's tags, and none of its own. */
export function judgedImage({ project, repository, digest, attachedTo, missing }: ImagePlan): JudgedImage {
  if (attachedTo !== undefined) return { project, repository, digest, attachedTo, tags: [] };
  const tags = [...new Set(missing.flatMap((each) => each.tags))].sort();
  return { project, repository, digest, tags };
}
