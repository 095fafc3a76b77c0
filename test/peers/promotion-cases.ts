import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkDonorMirror } from "./donor-case";
import type { ToolName } from "./find-tools";
import { findMoto } from "./object-store-cases";
import { checkPromotedPulls } from "./promoted-pull-case";
import { checkPromotion, startPromotionScene } from "./promotion-case";
import { findPromotionPrograms } from "./promotion-stores";
import type { Report } from "./report";

/**
 * Promotes to real programs with the real command: what real clients find at the mirrors, pulls through the redirector, a donor's
 * mirror, runs that are killed, and two runs at once.
 *
 * @param folder for their files
 */
export async function checkPromotions(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  report.printHead("Promotion: from a staging area to registries and buckets");
  const programs = findPromotionPrograms(tools, await findMoto());
  if (programs === undefined || !tools.has("regctl") || !tools.has("curl")) {
    report.printRow(
      "skipped",
      "mirrorform",
      "promotion",
      "needs registry, crane, regctl, curl, fake-gcs-server and moto",
    );
    return;
  }
  const own = join(folder, "promotion");
  mkdirSync(own);
  const scene = await startPromotionScene(programs, tools, own);
  try {
    await checkPromotion(scene, report);
    await checkPromotedPulls(scene, tools, report);
    await checkDonorMirror(scene, report);
  } finally {
    await scene.stores.stop();
  }
}
