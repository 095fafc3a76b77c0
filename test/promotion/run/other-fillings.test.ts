import { createHash } from "node:crypto";
import { completionKey } from "../../../promotion/plan/completion-key";
import type { Promoted } from "../../../promotion/promoted";
import { donorIndexKey } from "../../../promotion/run/donor-indexes";
import type { DonorObject } from "../../../promotion/run/list-donor-objects";
import { StoreError } from "../../../stores/store-error";
import type { MemoryBucket } from "../../stores/memory-bucket";
import { SmallPromotion } from "./small-promotion";

/** An origin with a registry and a bucket, and a bucket at AWS from which AWS may fill another one. */
function createPromotion(): SmallPromotion {
  const promotion = new SmallPromotion();
  promotion.addRegistry("google/us", { isOrigin: true });
  promotion.addBucket("files", "google/us", { isOrigin: true });
  promotion.addBucket("blobs", "aws/us");
  promotion.stageImage("app/server", ["v1"], 100);
  promotion.stageFile("v1/tool", "some bytes");
  return promotion;
}

function replicate(from: MemoryBucket, to: MemoryBucket): void {
  for (const [key, object] of from.objects) to.objects.set(key, object);
}

/** The state and reason of the image at a target. */
function outcomeOf(report: Awaited<ReturnType<SmallPromotion["run"]>>, target: string, index = 0) {
  const { state, reason } = report.artifacts[index]?.targets.find((each) => each.target === target) ?? {};
  return { state, reason };
}

describe("a bucket that its cloud fills", () => {
  test("is awaited and verified, and not written to; only then the bucket that it is filled from is recorded as complete", async () => {
    const promotion = createPromotion();
    const replica = promotion.addBucket("blobs", "aws/eu", { filling: "cloud" });
    const source = promotion.buckets.get("aws/us") as MemoryBucket;
    const record = completionKey(promotion.images[0]?.digest ?? "");
    let heads = 0;
    replica.delay = async () => {
      heads++;
      if (heads < 2) expect(source.objects.has(record)).toBe(false);
      if (heads === 2) replicate(source, replica);
    };
    const report = await promotion.run();
    expect(outcomeOf(report, "aws/eu blobs")).toEqual({ state: "written", reason: undefined });
    expect(report.isComplete).toBe(true);
    expect(replica.asked("put")).toEqual([]);
    expect(source.objects.has(record)).toBe(true);
  });

  test("that is late does not hold up the release, is reported, and found by the next run", async () => {
    const promotion = createPromotion();
    const replica = promotion.addBucket("blobs", "aws/eu", { filling: "cloud" });
    const source = promotion.buckets.get("aws/us") as MemoryBucket;
    const record = completionKey(promotion.images[0]?.digest ?? "");
    const first = await promotion.run();
    expect(outcomeOf(first, "aws/eu blobs")).toEqual({
      state: "waiting",
      reason: "its cloud has not copied 7 of its objects yet",
    });
    expect(first.artifacts[0]?.origin).toBe("shown");
    expect(first.isComplete).toBe(false);
    expect(source.objects.has(record)).toBe(false);

    replicate(source, replica);
    const puts = source.asked("put").length;
    const second = await promotion.run();
    expect(outcomeOf(second, "aws/eu blobs").state).toBe("written");
    expect(source.objects.has(record)).toBe(true);
    // The records of the image, its signature and its SBOM.
    expect(source.asked("put").length - puts).toBe(3);
  });

  test("that is required by name holds the release until it has all", async () => {
    const promotion = createPromotion();
    const replica = promotion.addBucket("blobs", "aws/eu", { filling: "cloud" });
    promotion.require = { kind: "mirrors", mirrors: ["aws/eu"] };
    const first = await promotion.run();
    expect(first.artifacts[0]).toMatchObject({ origin: "held", reason: "aws/eu is required, and incomplete" });
    replicate(promotion.buckets.get("aws/us") as MemoryBucket, replica);
    expect((await promotion.run()).artifacts[0]?.origin).toBe("shown");
  });

  test("that is required by number counts only once it has all", async () => {
    const promotion = createPromotion();
    const replica = promotion.addBucket("blobs", "aws/eu", { filling: "cloud" });
    promotion.require = { kind: "number", number: 2 };
    const first = await promotion.run();
    expect(first.artifacts[0]).toMatchObject({ origin: "held", reason: "1 of 2 required mirrors are complete" });
    replicate(promotion.buckets.get("aws/us") as MemoryBucket, replica);
    expect((await promotion.run()).artifacts[0]?.origin).toBe("shown");
  });

  test("that is required holds files, too, and lets them go in the same run", async () => {
    const promotion = new SmallPromotion();
    promotion.addBucket("files", "google/us", { isOrigin: true });
    const source = promotion.addBucket("files", "aws/us");
    const replica = promotion.addBucket("files", "aws/eu", { filling: "cloud" });
    promotion.require = { kind: "mirrors", mirrors: ["aws/eu"] };
    for (const path of ["v1/tool", "stable.txt"]) promotion.stageFile(path, "some bytes");
    const first = await promotion.run();
    expect(first.artifacts.map(({ origin }) => origin)).toEqual(["held", "held"]);
    expect(first.artifacts[0]?.reason).toBe("aws/eu is required, and incomplete");
    expect(promotion.buckets.get("google/us")?.objects.size).toBe(0);

    replica.delay = async () => replicate(source, replica);
    const second = await promotion.run();
    expect(second.artifacts.map(({ name, origin }) => [name, origin])).toEqual([
      ["v1/tool", "shown"],
      ["stable.txt", "shown"],
    ]);
    expect(second.isComplete).toBe(true);
  });

  test("that has other bytes is a failure", async () => {
    const promotion = createPromotion();
    const replica = promotion.addBucket("blobs", "aws/eu", { filling: "cloud" });
    const config = [...(promotion.staging.blobs.get("app/server")?.entries() ?? [])][0];
    replica.hold(`containers/images/${config?.[0]}`, Buffer.alloc(config?.[1].length ?? 0));
    expect(outcomeOf(await promotion.run(), "aws/eu blobs")).toEqual({
      state: "failed",
      reason: expect.stringContaining("does not have the SHA-256"),
    });
  });
});

describe("a mirror that its donor fills", () => {
  function readIndex(promotion: SmallPromotion): DonorObject[] {
    const index = promotion.buckets.get("google/us")?.objects.get(donorIndexKey("campus/lab"));
    return `${index?.bytes}`
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** What manifests promise of all that is staged. */
  function promiseAll({ images, files }: SmallPromotion): Promoted {
    const place = { file: "images.yaml", line: 1, column: 1 };
    return {
      projects: ["app"],
      images: images.map(({ project, repository, digest, tags }) => {
        const source = `staging.example.org/${repository}`;
        return { project, source, repository, digest, tags, destinations: "all", place };
      }),
      files: files.map(({ project, path, bytes }) => {
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        return { project, source: "gs://staging/", name: path, path, sha256, destinations: "all", place };
      }),
      withdrawn: [],
    };
  }

  function runPromised(promotion: SmallPromotion, plan = promotion.plan()) {
    const selected = promiseAll(promotion);
    return promotion.run(plan, { ...promotion.context(), promised: { selected, all: selected } });
  }

  /** The manifests that were read at the origin, and the objects asked for in its bucket, since the last time. */
  function takeReads(promotion: SmallPromotion): string[] {
    const origin = promotion.places.get("google/us registry");
    const bucket = promotion.buckets.get("google/us");
    const staging = promotion.staging;
    const asked = [origin, staging].flatMap((place) => place?.asked("getManifest") ?? []);
    const objects = bucket?.asked("head").filter((each) => !each.includes("mirrorform/")) ?? [];
    for (const calls of [origin?.calls, staging.calls, bucket?.requests]) calls?.splice(0);
    return [...asked, ...objects];
  }

  /** Lets the donor copy what its index lists. */
  function copyListed(promotion: SmallPromotion, donor: MemoryBucket): void {
    const held = [promotion.buckets.get("aws/us"), promotion.buckets.get("google/us")];
    for (const { path } of readIndex(promotion)) {
      for (const bucket of held) if (bucket?.objects.has(path)) donor.hold(path, bucket.objects.get(path)?.bytes ?? "");
    }
  }

  test("that joins late gets an index of everything, and what images consist of is read once", async () => {
    const promotion = createPromotion();
    promotion.stageImage("app/other", ["v1"], 300);
    await runPromised(promotion);
    const donor = promotion.addBucket("files", "campus/lab", { filling: "donor" });
    promotion.addBucket("blobs", "campus/lab", { filling: "donor" });
    const late = await runPromised(promotion);
    expect(late.artifacts.map(({ name, origin }) => [name, origin])).toEqual([
      ["app/server", "shown"],
      ["app/other", "shown"],
      ["v1/tool", "shown"],
    ]);
    const index = readIndex(promotion);
    // Two images, each with a signature and an SBOM: they share one layer.
    expect(index).toHaveLength(7 + 6 + 1);

    takeReads(promotion);
    await runPromised(promotion);
    expect(takeReads(promotion)).toEqual([]);

    copyListed(promotion, donor);
    expect((await runPromised(promotion)).isComplete).toBe(true);
    expect(promotion.plan()).toMatchObject({ images: [], files: [] });
    expect((await runPromised(promotion)).artifacts).toEqual([]);
    expect(readIndex(promotion)).toEqual(index);
  });

  test("that had everything gets its index again if its list is lost, or damaged", async () => {
    const promotion = createPromotion();
    const donor = promotion.addBucket("files", "campus/lab", { filling: "donor" });
    promotion.addBucket("blobs", "campus/lab", { filling: "donor" });
    await runPromised(promotion);
    const index = readIndex(promotion);
    copyListed(promotion, donor);
    await runPromised(promotion);
    const origin = promotion.buckets.get("google/us");
    const list = "mirrorform/donors/campus/lab.images.jsonl";
    const bytes = origin?.objects.get(list)?.bytes;
    for (const damaged of ["", '{"format":1}\n{"repository":3}\nnonsense\n']) {
      origin?.hold(list, damaged);
      expect((await runPromised(promotion)).isComplete).toBe(true);
      expect(readIndex(promotion)).toEqual(index);
      expect(origin?.objects.get(list)?.bytes).toEqual(bytes);
    }
    origin?.objects.delete(list);
    origin?.objects.delete(donorIndexKey("campus/lab"));
    await runPromised(promotion);
    expect(readIndex(promotion)).toEqual(index);
  });

  test("an index that has not changed is not written again, and loses what is no longer promised", async () => {
    const promotion = createPromotion();
    promotion.stageImage("app/other", ["v1"], 300);
    promotion.addBucket("blobs", "campus/lab", { filling: "donor" });
    promotion.addBucket("files", "campus/lab", { filling: "donor" });
    await runPromised(promotion);
    const origin = promotion.buckets.get("google/us") as MemoryBucket;
    origin.requests.splice(0);
    await runPromised(promotion);
    expect(origin.asked("put")).toEqual([]);

    promotion.images.pop();
    promotion.files.pop();
    await runPromised(promotion);
    expect(readIndex(promotion)).toHaveLength(7);
  });

  test("what the origin cannot be asked about is missing in the index, with a warning, until the next run", async () => {
    const promotion = createPromotion();
    await runPromised(promotion);
    promotion.addRegistry("campus/lab", { filling: "donor" });
    const origin = promotion.places.get("google/us registry");
    const nothing = { ...promotion.plan(), images: [], files: [] };
    if (origin) origin.before = () => new StoreError("the origin is down", "denied");
    const failed = await runPromised(promotion, nothing);
    expect(failed.findings).toMatchObject([{ severity: "warning", target: "campus/lab registry" }]);
    expect(failed.findings[0]?.message).toContain("the origin is down");
    expect(readIndex(promotion)).toEqual([]);
    if (origin) origin.before = () => undefined;
    expect((await runPromised(promotion, nothing)).findings).toEqual([]);
    // A registry's index lists manifests: the image's own, those of its two children, a signature and an SBOM.
    const paths = readIndex(promotion).map(({ path }) => path);
    expect(paths).toHaveLength(5);
    expect(paths[0]).toMatch(/^v2\/mirrors\/app\/server\/manifests\/sha256:/);
  });

  test("gets an index of what it should have, and is verified when it has copied that", async () => {
    const promotion = createPromotion();
    const donor = promotion.addBucket("files", "campus/lab", { filling: "donor" });
    promotion.addBucket("blobs", "campus/lab", { filling: "donor" });
    promotion.readBack = 1;
    const first = await promotion.run();
    expect(outcomeOf(first, "campus/lab blobs").reason).toBe("its donor has not copied 7 of its objects yet");
    expect(first.artifacts.map(({ origin }) => origin)).toEqual(["shown", "shown"]);
    expect(donor.asked("put")).toEqual([]);
    const index = readIndex(promotion);
    expect(index).toHaveLength(8);
    expect(index.at(-1)).toEqual({
      path: "v1/tool",
      size: 10,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      from: "/v1/tool",
    });
    expect(index[0]?.from).toMatch(/^\/v2\/app\/server\/blobs\/sha256:/);

    copyListed(promotion, donor);
    const second = await promotion.run();
    // The file is no longer in the plan: the mirror has it.
    expect(second.artifacts.map(({ targets }) => targets)).toMatchObject([
      [{ target: "campus/lab blobs", state: "written", verified: ["read back"] }],
    ]);
    expect(readIndex(promotion)).toEqual(index);
  });

  test("a registry that has other bytes than it says is found out by reading a share", async () => {
    const promotion = createPromotion();
    const donor = promotion.addRegistry("campus/lab", { filling: "donor" });
    promotion.readBack = 1;
    await promotion.run();
    const origin = promotion.places.get("google/us registry");
    for (const kind of ["blobs", "manifests"] as const) {
      for (const [name, held] of origin?.[kind] ?? []) donor[kind].set(name, new Map(held as Map<string, never>));
    }
    donor.manifests.get("mirrors/app/server")?.delete("v1");
    const tagged = promotion.images[0]?.digest ?? "";
    expect(outcomeOf(await promotion.run(), "campus/lab registry").state).toBe("waiting");
    donor.manifests
      .get("mirrors/app/server")
      ?.set("v1", donor.manifests.get("mirrors/app/server")?.get(tagged) as never);
    const withoutTag = {
      ...promotion.plan(),
      images: promotion.images.map((image) => ({
        project: image.project,
        repository: image.repository,
        digest: image.digest,
        source: `staging.example.org/${image.repository}`,
        missing: [{ target: "campus/lab registry", content: true, tags: ["v1"] }],
      })),
    };
    expect(outcomeOf(await promotion.run(withoutTag), "campus/lab registry").state).toBe("written");
    donor.before = ({ method }) => (method === "openBlob" ? "damaged" : undefined);
    const report = await promotion.run(withoutTag);
    expect(outcomeOf(report, "campus/lab registry")).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("has other bytes"),
    });
  });

  test("an index that cannot be published is a finding, and the run goes on", async () => {
    const promotion = createPromotion();
    promotion.addBucket("files", "campus/lab", { filling: "donor" });
    const origin = promotion.buckets.get("google/us") as MemoryBucket;
    origin.fault = ({ method, key }) => (method === "put" && key.startsWith("mirrorform/") ? "denied" : undefined);
    const report = await promotion.run();
    expect(report.findings).toMatchObject([{ kind: "unreachable", severity: "warning", target: "campus/lab files" }]);
    expect(report.artifacts.map(({ origin: state }) => state)).toEqual(["shown", "shown"]);
  });
});
