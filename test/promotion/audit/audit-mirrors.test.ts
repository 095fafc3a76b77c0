import fc from "fast-check";
import { StoreError } from "../../../stores/store-error";
import { runs } from "../../property-runs";
import { createSmallPromotion, type SmallPromotion } from "../run/small-promotion";
import { createBytes } from "../transfer/simulated-copy";
import { audit, createLedger, promisedBy, summarize } from "./audited-promotion";
import { alter, anyTampering, bucketOf, registryOf, tamper, tamperings } from "./tamperings";

async function promoteAll(): Promise<SmallPromotion> {
  const promotion = createSmallPromotion();
  await promotion.run();
  return promotion;
}

describe("a complete promotion", () => {
  it("is clean, read as a whole", async () => {
    const { report } = await audit(await promoteAll(), { sample: "all" });
    expect(report.findings).toEqual([]);
    expect(report.isClean).toBe(true);
    const rows = report.targets.map((each) => [each.target, each.artifacts, each.there, each.unexpected]);
    // Two images with a signature and a referrer each, and three files.
    expect(rows).toEqual([
      ["aws/us blobs", 6, 6, 0],
      ["aws/us files", 3, 3, 0],
      ["azure/west files", 3, 3, 0],
      ["google/eu registry", 6, 6, 0],
      ["google/us files", 3, 3, 0],
      ["google/us registry", 6, 6, 0],
    ]);
  });

  it.each([true, false])("is clean by the ledger as well (lists of digests: %s)", async (listsDigests) => {
    const promotion = await promoteAll();
    const ledger = await createLedger(promotion);
    for (const place of promotion.places.values()) place.listsDigests = listsDigests;
    expect(summarize(await audit(promotion, { ledger, sample: "all" }))).toEqual([]);
  });

  it("is read by lists, and by questions where there are none", async () => {
    const promotion = await promoteAll();
    const bucket = bucketOf(promotion, "azure/west");
    bucket.requests.length = 0;
    await audit(promotion);
    expect(bucket.requests.map(({ method }) => method)).toEqual(["list"]);
  });
});

describe("a mirror that was tampered with", () => {
  it.each(tamperings)("in this way: $name", async ({ tamper }) => {
    const promotion = await promoteAll();
    const expected = tamper(promotion);
    const result = await audit(promotion);
    expect(summarize(result)).toEqual(expected);
    expect(result.report.isClean).toBe(false);
  });

  it.each(tamperings)("is seen with the ledger and lists of digests: $name", async ({ tamper }) => {
    const promotion = await promoteAll();
    const ledger = await createLedger(promotion);
    for (const place of promotion.places.values()) place.listsDigests = true;
    const expected = tamper(promotion);
    const found = summarize(await audit(promotion, { ledger }));
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });

  it("is found by the sample only where a registry keeps other bytes under a digest", async () => {
    const promotion = await promoteAll();
    const blobs = registryOf(promotion, "google/eu").blobs.get("mirrors/app/server");
    const [digest = "", bytes = Buffer.alloc(0)] = [...(blobs ?? [])][0] ?? [];
    blobs?.set(digest, alter(bytes));
    expect((await audit(promotion)).report.isClean).toBe(true);
    const found = summarize(await audit(promotion, { sample: "all" }));
    expect(found).toEqual([`google/eu registry other app/server@${digest}`]);
  });

  it("is read where stores report different checksums for one object", async () => {
    const promotion = await promoteAll();
    const bucket = bucketOf(promotion, "azure/west");
    const { recordedSha256, bytes } = bucket.objects.get("v1/tool") ?? { bytes: Buffer.alloc(0) };
    // The metadata still claim the old bytes.
    bucket.hold("v1/tool", alter(bytes), { recordedSha256 });
    const { report } = await audit(promotion);
    expect(report.findings.map(({ target, state }) => `${target} ${state}`)).toEqual(["azure/west files other"]);
    expect(report.targets.find(({ target }) => target === "azure/west files")?.read.objects).toBe(1);
  });

  it("names withdrawn artifacts only after they were removed", async () => {
    const promotion = await promoteAll();
    const ledger = await createLedger(promotion);
    const hidden = { hidden: "2026-01-01T00:00:00Z", reason: "bad" };
    const withdraw = (removedFrom: readonly string[]) => ({
      ...ledger,
      files: ledger.files.map((file) =>
        file.path === "v1/tool" ? { ...file, withdrawn: { ...hidden, removedFrom } } : file,
      ),
    });
    const promised = promisedBy(promotion);
    const promoted = { ...promised, files: promised.files.filter(({ path }) => path !== "v1/tool") };
    const waiting = await audit(promotion, { promoted, ledger: withdraw([]) });
    expect(summarize(waiting)).toEqual([]);
    const removed = await audit(promotion, { promoted, ledger: withdraw(["aws/us files"]) });
    expect(removed.report.findings).toEqual([
      { target: "aws/us files", state: "unexpected", name: "v1/tool", message: "withdrawn, still there" },
    ]);
  });

  it("expects nothing of what no run has promoted yet", async () => {
    const promotion = await promoteAll();
    const ledger = await createLedger(promotion);
    promotion.stageFile("v2/tool", "new");
    promotion.stageImage("app/server", ["v2"], 500);
    const { report } = await audit(promotion, { ledger });
    expect([report.isClean, report.pending]).toEqual([true, 2]);
    expect((await audit(promotion)).report.isClean).toBe(false);
  });

  it("names what no registry has completely", async () => {
    const promotion = await promoteAll();
    for (const mirror of ["google/eu", "google/us"]) {
      const held = registryOf(promotion, mirror).manifests.get("mirrors/app/server");
      const index = held?.get("v1");
      held?.delete(index && JSON.parse(index.bytes.toString()).manifests[0].digest);
    }
    const { report } = await audit(promotion);
    expect(report.isClean).toBe(false);
    expect(report.findings.map(({ target, state }) => `${target} ${state}`)).toEqual([
      "aws/us blobs missing",
      "google/eu registry missing",
      "google/us registry missing",
    ]);
  });

  it("reports a store that does not answer", async () => {
    const promotion = await promoteAll();
    registryOf(promotion, "google/eu").before = () => {
      throw new StoreError("google.eu.example.org does not answer", "transient");
    };
    const { report } = await audit(promotion);
    const registry = report.targets.find(({ target }) => target === "google/eu registry");
    expect([registry?.artifacts, registry?.unread, registry?.unexpected]).toEqual([6, 6, undefined]);
    expect(report.findings.every(({ state }) => state === "unread")).toBe(true);
    expect(report.isClean).toBe(false);
  });
});

it("is clean after a run of any artifacts, and not after any tampering", async () => {
  const anyRelease = fc.record({
    images: fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 3 }),
    files: fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(anyRelease, anyTampering, fc.boolean(), async ({ images, files }, tampering, hasLedger) => {
      const promotion = createSmallPromotion();
      for (const seed of images) promotion.stageImage(`app/image-${seed % 7}`, [`v${seed}`], 1_000 + 10 * seed, 200);
      for (const seed of files) promotion.stageFile(`v${seed}/file`, createBytes(100 + seed, seed));
      await promotion.run();
      const ledger = hasLedger ? await createLedger(promotion) : undefined;
      expect(summarize(await audit(promotion, { ledger, sample: "all" }))).toEqual([]);
      tamper(promotion, tampering);
      expect((await audit(promotion, { ledger, sample: "all" })).report.isClean).toBe(false);
    }),
    runs(20),
  );
});
