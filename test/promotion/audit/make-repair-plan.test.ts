import fc from "fast-check";
import { makeRepairPlan } from "../../../promotion/audit/make-repair-plan";
import { formatPlan } from "../../../promotion/plan/format-plan";
import type { Plan } from "../../../promotion/plan/plan";
import { readPlan } from "../../../promotion/plan/read-plan";
import { MirrorSources } from "../../../promotion/run/mirror-sources";
import type { RunReport } from "../../../promotion/run/run-report";
import { runs } from "../../property-runs";
import { createSmallPromotion, type SmallPromotion } from "../run/small-promotion";
import { audit, promisedBy, summarize } from "./audited-promotion";
import { anyTampering, bucketOf, registryOf, tamper, tamperings } from "./tamperings";

async function promoteAll(): Promise<SmallPromotion> {
  const promotion = createSmallPromotion();
  await promotion.run();
  return promotion;
}

async function planRepair(promotion: SmallPromotion): Promise<Plan> {
  const found = await audit(promotion, { sample: "all" });
  const plan = makeRepairPlan(found, { promoted: promisedBy(promotion), promise: "0".repeat(64) });
  expect(readPlan(formatPlan(plan))).toEqual({ plan });
  return plan;
}

function repair(promotion: SmallPromotion, plan: Plan): Promise<RunReport> {
  // Staging has nothing any more.
  promotion.staging.manifests.clear();
  promotion.stagingBucket.objects.clear();
  const context = promotion.context();
  return promotion.run(plan, { ...context, mirrors: new MirrorSources(context.targets, context.openTarget) });
}

/** What a repair does not touch. */
async function remaining(promotion: SmallPromotion): Promise<string[]> {
  return summarize(await audit(promotion, { sample: "all" })).filter((line) => !line.includes(" unexpected "));
}

it.each(tamperings)("repairs a mirror after this: $name", async ({ tamper: change }) => {
  const promotion = await promoteAll();
  const unexpected = change(promotion).filter((line) => line.includes(" unexpected "));
  const report = await repair(promotion, await planRepair(promotion));
  expect(report.isComplete).toBe(true);
  expect(summarize(await audit(promotion, { sample: "all" }))).toEqual(unexpected);
});

it("copies from the origin, and plans nothing else", async () => {
  const promotion = await promoteAll();
  bucketOf(promotion, "azure/west").objects.delete("v1/tool");
  const { images, files, findings, repairs } = await planRepair(promotion);
  expect({ images, findings, repairs }).toEqual({ images: [], findings: [], repairs: true });
  expect(files).toMatchObject([{ path: "v1/tool", source: "s3://google/us/v1/tool", missing: ["azure/west files"] }]);
});

it("sets back only tags that are where the audit saw them", async () => {
  const promotion = await promoteAll();
  const held = registryOf(promotion, "google/eu").manifests.get("mirrors/app/server");
  const original = held?.get("v1");
  const [, client] = promotion.images;
  const other = registryOf(promotion, "google/eu")
    .manifests.get("mirrors/app/client")
    ?.get(client?.digest ?? "");
  if (other) held?.set("v1", other);
  const plan = await planRepair(promotion);
  const child = [...(held?.values() ?? [])].find(({ digest }) => ![original?.digest, other?.digest].includes(digest));
  if (child) held?.set("v1", child);
  const report = await repair(promotion, plan);
  expect(report.isComplete).toBe(false);
  expect(held?.get("v1")).toBe(child);
});

it("names what no mirror has", async () => {
  const promotion = await promoteAll();
  for (const [, bucket] of promotion.buckets) bucket.objects.delete("v1/tool");
  const { files, findings } = await planRepair(promotion);
  expect(files).toEqual([]);
  expect(findings).toMatchObject([{ kind: "lost", severity: "error", artifact: "v1/tool" }]);
});

it("leaves what no manifest promises any more", async () => {
  const promotion = await promoteAll();
  const found = await audit(promotion);
  bucketOf(promotion, "aws/us").objects.delete("v1/tool");
  const promoted = { ...promisedBy(promotion), files: [] };
  const plan = makeRepairPlan({ ...found, ...(await audit(promotion)) }, { promoted, promise: "" });
  expect(plan.files).toEqual([]);
  expect(plan.findings).toMatchObject([{ kind: "unpromotable", message: expect.stringMatching(/^1 artifact of/) }]);
});

it("repairs any damage at one mirror", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTampering, { minLength: 1, maxLength: 3 }), async (changes) => {
      const promotion = await promoteAll();
      // Everything is at another mirror, so that nothing is lost.
      for (const change of changes) tamper(promotion, { ...change, mirror: changes[0]?.mirror ?? "aws/us" });
      await repair(promotion, await planRepair(promotion));
      expect(await remaining(promotion)).toEqual([]);
    }),
    runs(20),
  );
});
