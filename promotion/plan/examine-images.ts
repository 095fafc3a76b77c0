import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import type { ImageRepository } from "../image/image-repository";
import { readClosure } from "../image/read-closure";
import { isLastingFault } from "./is-lasting-fault";
import type { ImagePlan, Plan, PlanFinding } from "./plan";
import { sortFindings } from "./sort-findings";

/** How many images are read; each takes a request for each of its manifests. */
const mostRead = 100;
const lanes = 8;

/** The images to read: all that are copied, or those without a size, or none, as long as there are not too many. */
function selectRead({ images }: Plan, donated: ReadonlySet<string>): readonly ImagePlan[] {
  const copied = images.filter(({ missing }) => missing.some(({ content, target }) => content && !donated.has(target)));
  if (copied.length <= mostRead) return copied;
  const unmeasured = copied.filter(({ bytes }) => bytes === undefined);
  return unmeasured.length <= mostRead ? unmeasured : [];
}

/**
 * Reads the manifests of the planned images at the source, if there are not too many images. Fills in sizes that are not known yet;
 * what can never be promoted becomes a finding. A source that fails is no finding here: a run tries again, and reports it.
 *
 * @param open opens the repository that an image is copied from
 * @param donated the targets that donors fill: an image that only they lack was examined when it was promoted. @default none
 */
export async function examineImages(
  plan: Plan,
  open: (image: ImagePlan) => ImageRepository,
  donated: ReadonlySet<string> = new Set(),
): Promise<Plan> {
  const sizes = new Map<ImagePlan, number>();
  const refused = new Map<ImagePlan, PlanFinding>();
  await inParallel([...selectRead(plan, donated)], lanes, async (image) => {
    try {
      const { bytes } = await readClosure(image.digest, { repository: open(image), withReferrers: false });
      sizes.set(image, bytes);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (isLastingFault(error.fault)) refused.set(image, createFinding(image, error));
    }
  });
  const accepted = plan.images.filter((image) => !refused.has(image));
  return {
    ...plan,
    images: accepted.map((image) => withBytes(image, sizes.get(image))),
    findings: refused.size === 0 ? plan.findings : sortFindings([...plan.findings, ...refused.values()]),
  };
}

function createFinding(
  { project, repository, digest, missing }: ImagePlan,
  { message, fault }: StoreError,
): PlanFinding {
  const [tag] = missing.flatMap(({ tags }) => tags);
  const artifact = tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
  const fix =
    fault === "absent"
      ? `Publish it again in staging with all that it consists of, or take ${digest} out of the manifest of ${project}.`
      : `Publish it in another form, and put the new digest in the manifest of ${project} in place of ${digest}.`;
  return {
    kind: "unpromotable",
    severity: "error",
    project,
    artifact,
    message: `${artifact} cannot be promoted: ${message}`,
    fix,
  };
}

/** The members stay in the order in which plans are written. */
function withBytes(image: ImagePlan, bytes: number | undefined): ImagePlan {
  if (bytes === undefined || image.bytes !== undefined) return image;
  const { missing, ...rest } = image;
  return { ...rest, bytes, missing };
}
