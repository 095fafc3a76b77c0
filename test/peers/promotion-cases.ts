import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkAudits } from "./audit-case";
import { checkDonorMirror } from "./donor-case";
import type { ToolName } from "./find-tools";
import { checkKilledPromotions } from "./killed-promotion-case";
import { findMoto } from "./object-store-cases";
import { checkPromotedPulls } from "./promoted-pull-case";
import { checkPromotion, type PromotionScene, startPromotionScene } from "./promotion-case";
import { checkPromotionLease } from "./promotion-lease-case";
import { findPromotionPrograms } from "./promotion-stores";
import type { Report } from "./report";
import { checkSnapshots } from "./snapshot-case";

const title = "Promotion: from a staging area to registries and buckets";

/** The parts, in the order in which they run: later ones start with what earlier ones have promoted. */
const parts: readonly ((
  scene: PromotionScene,
  report: Report,
  tools: ReadonlyMap<ToolName, string>,
) => Promise<void>)[] = [
  checkPromotion,
  checkSnapshots,
  checkPromotedPulls,
  checkDonorMirror,
  checkPromotionLease,
  checkKilledPromotions,
  checkAudits,
];

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
  const programs = findPromotionPrograms(tools, await findMoto());
  if (programs === undefined || !tools.has("regctl") || !tools.has("curl")) {
    report.printHead(title);
    report.printRow(
      "skipped",
      "mirrorform",
      "promotion",
      "needs registry, crane, regctl, curl, fake-gcs-server, azurite and moto",
    );
    return;
  }
  const own = join(folder, "promotion");
  mkdirSync(own);
  const scene = await startPromotionScene(programs, tools, own).catch((error: Error) => {
    report.printHead(title);
    report.printRow("failed", "mirrorform", "staging of a release", error.message);
  });
  if (scene === undefined) return;
  try {
    for (const check of parts) await check(scene, report, tools);
  } finally {
    await scene.stores.stop();
  }
}
