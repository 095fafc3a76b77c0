import fc from "fast-check";
import { makeRepairPlan } from "../../../promotion/audit/make-repair-plan";
import type { Plan } from "../../../promotion/plan/plan";
import { MirrorSources } from "../../../promotion/run/mirror-sources";
import type { RunReport } from "../../../promotion/run/run-report";
import { runs } from "../../property-runs";
import { createSmallPromotion, type SmallPromotion } from "../run/small-promotion";
import { stateOf, watchPromotion } from "../run/watch-promotion";
import { audit, createLedger, promisedBy, summarize } from "./audited-promotion";
import { bucketOf, registryOf } from "./tamperings";

async function promoteAll(): Promise<SmallPromotion> {
  const promotion = createSmallPromotion();
  await promotion.run();
  promotion.staging.manifests.clear();
  promotion.stagingBucket.objects.clear();
  return promotion;
}

function loseOrigin(promotion: SmallPromotion): void {
  const { blobs, manifests } = registryOf(promotion, "google/us");
  for (const each of [...blobs.values(), ...manifests.values()]) each.clear();
  bucketOf(promotion, "google/us").objects.clear();
}

async function planRestore(promotion: SmallPromotion): Promise<Plan> {
  const options = { promoted: promisedBy(promotion), promise: "", onlyMissing: true, withUnpromised: true };
  return makeRepairPlan(await audit(promotion), { ...options, isWanted: ({ isOrigin }) => isOrigin });
}

async function restore(promotion: SmallPromotion, signal?: AbortSignal): Promise<RunReport> {
  const context = promotion.context(signal);
  const mirrors = new MirrorSources(context.targets, context.openTarget);
  return promotion.run(await planRestore(promotion), { ...context, mirrors, require: { kind: "number", number: 0 } });
}

it("brings everything back to a lost origin", async () => {
  const promotion = await promoteAll();
  const before = stateOf(promotion);
  loseOrigin(promotion);
  expect((await audit(promotion)).report.isClean).toBe(false);
  expect(await restore(promotion)).toMatchObject({ isComplete: true, isRepair: true });
  expect(stateOf(promotion)).toEqual(before);
});

it("sets tags last, as a promotion does", async () => {
  const promotion = await promoteAll();
  loseOrigin(promotion);
  const { broken } = watchPromotion(promotion);
  await restore(promotion);
  // The mirrors have everything already.
  expect(broken).toEqual([]);
});

it("takes blobs from buckets that a registry has lost, and what is damaged at one mirror from another", async () => {
  const promotion = await promoteAll();
  loseOrigin(promotion);
  const blobs = [...(registryOf(promotion, "google/eu").blobs.get("mirrors/app/server") ?? [])];
  const held = registryOf(promotion, "google/eu").blobs.get("mirrors/app/server");
  for (const [digest] of blobs.slice(0, 3)) held?.delete(digest);
  for (const [digest, bytes] of blobs.slice(3)) held?.set(digest, Buffer.from(bytes).fill(0, 0, 1));
  const west = bucketOf(promotion, "azure/west");
  west.hold("v1/tool", Buffer.alloc(west.objects.get("v1/tool")?.bytes.length ?? 0));
  expect((await restore(promotion)).isComplete).toBe(true);
  const found = summarize(await audit(promotion, { sample: "all" }));
  expect(found.filter((line) => line.startsWith("google/us"))).toEqual([]);
});

it("says what no mirror has, and restores the rest", async () => {
  const promotion = await promoteAll();
  loseOrigin(promotion);
  for (const mirror of ["aws/us", "azure/west"]) bucketOf(promotion, mirror).objects.delete("v1/tool");
  const report = await restore(promotion);
  expect(report.findings).toMatchObject([{ kind: "lost", artifact: "v1/tool", severity: "error" }]);
  const missing = summarize(await audit(promotion)).filter((line) => line.startsWith("google/us"));
  expect(missing).toEqual(["google/us files missing v1/tool"]);
});

it("restores what only the ledger knows", async () => {
  const promotion = await promoteAll();
  const ledger = await createLedger(promotion);
  loseOrigin(promotion);
  const nothing = { projects: [], images: [], files: [], withdrawn: [] };
  const found = await audit(promotion, { ledger, promoted: nothing });
  const plan = makeRepairPlan(found, {
    promoted: nothing,
    promise: "",
    withUnpromised: true,
    isWanted: ({ isOrigin }) => isOrigin,
  });
  expect(plan.findings).toEqual([]);
  expect([plan.images.length, plan.files.length]).toEqual([6, 3]);
});

it("finishes after a restore that was stopped anywhere", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (most) => {
      const promotion = await promoteAll();
      const before = stateOf(promotion);
      loseOrigin(promotion);
      const stop = new AbortController();
      let writes = 0;
      const count = () => {
        if (++writes === most) stop.abort(new Error("killed"));
      };
      registryOf(promotion, "google/us").afterWrite = count;
      await restore(promotion, stop.signal).catch((error) => expect(error.message).toBe("killed"));
      expect((await restore(promotion)).isComplete).toBe(true);
      expect(stateOf(promotion)).toEqual(before);
    }),
    runs(15),
  );
});
