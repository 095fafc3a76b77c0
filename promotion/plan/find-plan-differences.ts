import type { Removal } from "../withdrawal/removal";
import type { FilePlan, ImagePlan, Plan } from "./plan";

function imageName({ repository, digest }: ImagePlan): string {
  return `${repository}@${digest}`;
}

function removalName({ kind, name, digest, tags }: Removal): string {
  return JSON.stringify([kind, name, digest, tags]);
}

function findImageDifferences(reviewed: ImagePlan, current: ImagePlan): string[] {
  const name = imageName(reviewed);
  if (reviewed.source !== current.source)
    return [`${name} would come from ${current.source} now, not ${reviewed.source}`];
  const known = new Map(reviewed.missing.map((missing) => [missing.target, missing]));
  return current.missing.flatMap(({ target, content, tags }) => {
    const before = known.get(target);
    if (!before) return [`${target} had ${name}, and no longer has it`];
    const lost = tags.filter((tag) => !before.tags.includes(tag));
    if (content && !before.content) return [`${target} had the content of ${name}, and no longer has it`];
    return lost.map((tag) => `${target} had ${name} under the tag ${tag}, and no longer has it`);
  });
}

function findFileDifferences(reviewed: FilePlan, current: FilePlan): string[] {
  const { path } = reviewed;
  if (reviewed.source !== current.source)
    return [`${path} would come from ${current.source} now, not ${reviewed.source}`];
  const lost = current.missing.filter((target) => !reviewed.missing.includes(target));
  const replaced = (current.replaces ?? []).filter((target) => !(reviewed.replaces ?? []).includes(target));
  return [
    ...lost.map((target) => `${target} had ${path}, and no longer has it`),
    ...replaced.map((target) => `${target} now has other content at ${path}`),
  ];
}

/**
 * What has changed between a reviewed plan and one that was made now, for the entries of the reviewed plan (`selectPlanned`), so that
 * it can no longer be carried out as it was reviewed. It may have been carried out in part: what is in place by now is not a difference.
 *
 * @returns one line each; none: carry out what both plans have in common (`intersectPlans`)
 */
export function findPlanDifferences(reviewed: Plan, current: Plan): string[] {
  const differences = reviewed.promise === current.promise ? [] : ["the manifests have changed"];
  const images = new Map(current.images.map((image) => [imageName(image), image]));
  for (const image of reviewed.images) {
    const now = images.get(imageName(image));
    if (now) differences.push(...findImageDifferences(image, now));
  }
  const files = new Map(current.files.map((file) => [file.path, file]));
  for (const file of reviewed.files) {
    const now = files.get(file.path);
    if (now && now.sha256 !== file.sha256) differences.push(`${file.path} is promised with another checksum now`);
    else if (now) differences.push(...findFileDifferences(file, now));
  }
  const known = new Set(reviewed.findings.map(({ message }) => message));
  // What has no place at a mirror is not in the plan either, and a plan of changes does not name what was so before.
  // A digest that cannot be promoted never could; a large plan does not find out.
  // What vanished or is not withdrawn keeps nothing of the plan from being promoted.
  const others = ["unmapped", "unpromotable", "vanished", "too-many"];
  const found = current.findings.filter(
    ({ kind, severity, message }) => severity === "error" && !others.includes(kind) && !known.has(message),
  );
  return [...differences, ...found.map(({ message }) => message)];
}

/** What a reviewed plan and one that was made now have in common: what the reviewed one still has to do. */
export function intersectPlans(reviewed: Plan, current: Plan): Plan {
  const images = new Set(reviewed.images.map(imageName));
  const files = new Set(reviewed.files.map(({ path, sha256 }) => `${path} ${sha256}`));
  const removals = reviewed.removals ?? [];
  const deleted = new Set(removals.filter(({ state }) => state === "delete").map(removalName));
  const kept = current.removals?.filter((each) => each.state !== "delete" || deleted.has(removalName(each)));
  return {
    ...current,
    ...(kept && { removals: kept }),
    images: current.images.filter((image) => images.has(imageName(image))),
    files: current.files.filter(({ path, sha256 }) => files.has(`${path} ${sha256}`)),
  };
}
