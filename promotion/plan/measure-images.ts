import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { readClosure } from "../image/read-closure";
import type { ImagePlan, Plan } from "./plan";
import type { PlanStores } from "./read-world";

/** How many images are measured; each takes a request for each of its manifests. Plans of more give sizes only where they are listed. */
const mostMeasured = 100;
const lanes = 8;

function needsMeasuring({ bytes, missing }: ImagePlan): boolean {
  return bytes === undefined && missing.some(({ content }) => content);
}

/**
 * Fills in the sizes of images that are not known yet, by reading their manifests at the source, if there are not too many. What
 * cannot be read stays without a size: a run reports it.
 */
export async function measureImages(plan: Plan, stores: Pick<PlanStores, "openSource">): Promise<Plan> {
  const unmeasured = plan.images.filter(needsMeasuring);
  if (unmeasured.length === 0 || unmeasured.length > mostMeasured) return plan;
  const sizes = new Map<ImagePlan, number>();
  await inParallel(unmeasured, lanes, async (image) => {
    try {
      const repository = stores.openSource(image.source);
      const { bytes } = await readClosure(image.digest, { repository, withReferrers: false });
      sizes.set(image, bytes);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  });
  const measured = plan.images.map((image) => {
    const bytes = sizes.get(image);
    return bytes === undefined ? image : withBytes(image, bytes);
  });
  return { ...plan, images: measured };
}

/** The members stay in the order in which plans are written. */
function withBytes({ missing, ...image }: ImagePlan, bytes: number): ImagePlan {
  return { ...image, bytes, missing };
}
