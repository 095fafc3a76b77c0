import { makePlan } from "../../../promotion/plan/make-plan";
import type { Plan } from "../../../promotion/plan/plan";
import type { Promoted } from "../../../promotion/promoted";
import { digestOf } from "../../../stores/registry/content";
import type { MemoryBucket } from "../../stores/memory-bucket";
import { createSmallPromotion, type SmallPromotion } from "./small-promotion";

const origin = "google/us registry";
const writes = ["mount", "upload", "attach"] as const;
const reads = ["openBlob", "getManifest"] as const;

/** What manifests promise: everything that was staged. */
function promiseOf({ images, files }: SmallPromotion): Promoted {
  const more = { destinations: "all", place: { file: "images.yaml", line: 1, column: 1 } } as const;
  return {
    projects: ["app", "tools"],
    withdrawn: [],
    images: images.map((image) => ({ ...image, source: `staging.example.org/${image.repository}`, ...more })),
    files: files.map(({ project, path, bytes }) => {
      const sha256 = digestOf(bytes).slice("sha256:".length);
      return { project, source: "gs://staging/", name: path, path, sha256, ...more };
    }),
  };
}

/** The plan as it is really made, from what the doubles hold. */
function plan(promotion: SmallPromotion): Promise<Plan> {
  const { openSource, openTarget, targets, isMutable } = promotion.context();
  const digestsByTag = async () => undefined;
  return makePlan({
    promoted: promiseOf(promotion),
    targets,
    stores: {
      openSource: (source) => ({ ...openSource(source), digestsByTag }),
      openSourceBucket: () => ({ bucket: promotion.stagingBucket, prefix: "" }),
      openRepository: (target, repository) => ({ ...openTarget(target, repository), digestsByTag }),
    },
    withReferrers: false,
    scope: {},
    isMutable,
  });
}

/** A promotion that is complete, from which staging has deleted everything, and that gets new mirrors. */
async function addMirrors(): Promise<SmallPromotion> {
  const promotion = createSmallPromotion();
  await promotion.run();
  promotion.staging.blobs.clear();
  promotion.staging.manifests.clear();
  promotion.stagingBucket.objects.clear();
  promotion.addRegistry("google/new");
  promotion.addBucket("blobs", "aws/new");
  promotion.addBucket("files", "aws/new");
  return promotion;
}

function forgetCalls({ staging, stagingBucket, places, buckets }: SmallPromotion): void {
  for (const place of [staging, ...places.values()]) place.calls.length = 0;
  for (const bucket of [stagingBucket, ...buckets.values()]) bucket.requests.length = 0;
}

function contentsOf({ objects }: MemoryBucket): Map<string, string> {
  return new Map(Array.from(objects, ([key, { bytes }]) => [key, digestOf(bytes)]));
}

describe("a mirror that is added after staging was emptied", () => {
  test("is filled completely, and only the origin is read", async () => {
    const promotion = await addMirrors();
    const planned = await plan(promotion);
    expect(planned.findings).toEqual([]);
    expect([...planned.images, ...planned.files].map(({ source }) => source).sort()).toEqual([
      "google.us.example.org/mirrors/app/client",
      "google.us.example.org/mirrors/app/server",
      "s3://google/us/stable.txt",
      "s3://google/us/v1/tool",
      "s3://google/us/v1/tool.sha256",
    ]);
    expect(planned.images.map(({ bytes }) => bytes)).not.toContain(undefined);

    forgetCalls(promotion);
    const report = await promotion.run(planned);
    expect(report).toMatchObject({ isComplete: true });
    expect(report.source.read).toBe(report.source.distinct);
    expect(promotion.staging.calls).toEqual([]);
    expect(promotion.stagingBucket.requests).toEqual([]);
    const [from, added] = [promotion.places.get(origin), promotion.places.get("google/new registry")];
    expect(from?.asked(...writes)).toEqual([]);
    expect(from?.asked(...reads)).not.toEqual([]);
    expect(promotion.places.get("google/eu registry")?.asked(...reads, ...writes)).toEqual([]);
    expect(added?.manifests).toEqual(from?.manifests);
    expect(added?.blobs).toEqual(from?.blobs);
    const bucketOf = (mirror: string) => promotion.buckets.get(mirror) as MemoryBucket;
    expect(contentsOf(bucketOf("aws/new"))).toEqual(contentsOf(bucketOf("aws/us")));
    expect(bucketOf("google/us").requests.filter(({ method }) => method === "put")).toEqual([]);
    expect(await plan(promotion)).toMatchObject({ images: [], files: [], findings: [] });
  });

  test("gets signatures that it lacks of images that it has", async () => {
    const promotion = await addMirrors();
    await promotion.run(await plan(promotion));
    const added = promotion.places.get("google/new registry");
    const held = added?.manifests.get("mirrors/app/server");
    const [tag = ""] = [...(held?.keys() ?? [])].filter((key) => key.endsWith(".sig"));
    const signature = held?.get(tag);
    held?.delete(tag);
    held?.delete(signature?.digest ?? "");
    const planned = await plan(promotion);
    expect(planned.images).toMatchObject([
      { digest: signature?.digest, source: "google.us.example.org/mirrors/app/server" },
    ]);
    expect(await promotion.run(planned)).toMatchObject({ isComplete: true });
    expect(held?.get(tag)).toEqual(signature);
    expect(await plan(promotion)).toMatchObject({ images: [], findings: [] });
  });

  test("gets all but the image of which the origin lacks a child", async () => {
    const promotion = await addMirrors();
    const before = await plan(promotion);
    const held = promotion.places.get(origin)?.manifests.get("mirrors/app/server");
    const [, child] = [...(held?.values() ?? [])].filter(({ bytes }) => `${bytes}`.includes('"layers":[{'));
    held?.delete(child?.digest ?? "");
    const after = await plan(promotion);
    expect(after.images.map(({ repository }) => repository)).toEqual(["app/client"]);
    expect(after.findings).toMatchObject([{ kind: "unpromotable", severity: "error" }]);
    const report = await promotion.run(before);
    const states = report.artifacts.map(({ name, targets }) => [name, ...targets.map(({ state }) => state)].join(" "));
    expect(states).toEqual([
      "app/client written written",
      "app/server failed failed",
      "stable.txt written",
      "v1/tool written",
      "v1/tool.sha256 written",
    ]);
    expect(report.artifacts[1]?.reason).toMatch(/^google\.us\.example\.org\/mirrors\/app\/server has no sha256:/);
    const added = promotion.places.get("google/new registry");
    expect(added?.manifests.get("mirrors/app/server")?.size ?? 0).toBe(0);
  });

  test("does not get bytes that were damaged at the origin", async () => {
    const promotion = await addMirrors();
    const bucket = promotion.buckets.get("google/us") as MemoryBucket;
    const planned = await plan(promotion);
    const object = bucket.objects.get("v1/tool");
    if (!object) throw new Error("no file");
    bucket.objects.set("v1/tool", { ...object, bytes: Buffer.alloc(object.bytes.length) });
    const report = await promotion.run(planned);
    const failed = report.artifacts.filter(({ targets }) => targets.some(({ state }) => state === "failed"));
    expect(failed.map(({ name }) => name)).toEqual(["v1/tool"]);
    expect(promotion.buckets.get("aws/new")?.objects.has("v1/tool")).toBe(false);
  });
});
