import { examineImages } from "../../../promotion/plan/examine-images";
import { formatPlan } from "../../../promotion/plan/format-plan";
import type { ImagePlan, Plan } from "../../../promotion/plan/plan";
import { readPlan } from "../../../promotion/plan/read-plan";
import { type Content, createContent, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { StoreError, TransientError } from "../../../stores/store-error";
import { blob, image, index } from "../image/memory-image-repository";
import { MemoryRepositoryReader } from "./memory-repository-reader";

const good = image([blob("layer", 1_000)]);
const target = "aws/bar registry";

function planOf(contents: readonly Pick<Content, "digest">[], more: Partial<ImagePlan> = {}): Plan {
  const images = contents.map(({ digest }) => ({
    project: "app",
    source: "gcr.io/foo/app",
    repository: "app",
    digest,
    missing: [{ target, content: true, tags: ["1.0"] }],
    ...more,
  }));
  const made = "2026-11-25T12:00:00.000Z";
  return { format: 1, made, promise: "0".repeat(64), images, files: [], findings: [] };
}

function hold(...contents: readonly Content[]): MemoryRepositoryReader {
  const reader = new MemoryRepositoryReader(false);
  for (const content of contents) reader.hold(content);
  return reader;
}

const schema1 = createContent(
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
  Buffer.from('{"schemaVersion":1}'),
);
const many = createJsonContent(mediaTypes.index, {
  schemaVersion: 2,
  manifests: Array.from({ length: 1001 }, () => descriptorOf(good)),
});
const large = image([blob("layer", 201 * 1024 ** 3)]);
const deep = Array.from({ length: 9 }).reduce<Content[]>((all) => [...all, index(all.slice(-1))], [good]);
const incomplete = index([image([blob("elsewhere")])]);

test.each([
  ["Docker's schema 1", [schema1], "only images, artifacts and indexes of OCI and Docker (schema 2) can be promoted"],
  ["more children than the limit", [good, many], "is not a valid manifest: manifests: Too big"],
  ["a layer over the limit", [large], "is not a valid manifest: layers.0.size: Too big"],
  ["too many levels", deep, "has more than 8 levels of manifests"],
  ["a child that is missing", [incomplete], "is missing"],
])("%s is an error that names the artifact, and the others are planned", async (_, contents, reason) => {
  const repository = hold(good, ...contents);
  const [bad = good] = contents.slice(-1);
  const examined = await examineImages(planOf([good, bad]), () => repository);
  expect(examined.images).toMatchObject([{ digest: good.digest, bytes: 1010 + good.bytes.length }]);
  const [finding, ...others] = examined.findings;
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ kind: "unpromotable", severity: "error", project: "app", artifact: "app:1.0" });
  expect(finding?.message).toContain(reason);
  expect(finding?.fix).toContain(bad.digest);
  expect(readPlan(formatPlan(examined))).toEqual({ plan: examined });
});

test("an image with a listed size is examined too, and keeps it", async () => {
  const plan = planOf([good, schema1], { bytes: 7 });
  const examined = await examineImages(plan, () => hold(good, schema1));
  expect(examined).toMatchObject({ images: [{ digest: good.digest, bytes: 7 }], findings: [{ kind: "unpromotable" }] });
});

test.each([new TransientError("it does not answer"), new StoreError("the login is missing", "denied")])(
  "%s: the registry's failure condemns no image",
  async (failure) => {
    const repository = new MemoryRepositoryReader(false);
    repository.getManifest = () => Promise.reject(failure);
    const plan = planOf([good]);
    expect(await examineImages(plan, () => repository)).toEqual(plan);
  },
);

test("of many images, only those without a size are read, and of too many none", async () => {
  const many = Array.from({ length: 101 }, (_, number) => image([blob(`${number}`)]));
  const repository = hold(...many);
  const plan = planOf(many);
  expect(await examineImages(plan, () => repository)).toEqual(plan);
  expect(repository.asked).toEqual([]);
  const [first, ...others] = plan.images;
  const mostly = { ...plan, images: [...(first ? [first] : []), ...others.map((each) => ({ ...each, bytes: 1 }))] };
  await examineImages(mostly, () => repository);
  expect(repository.asked).toEqual([`GET ${first?.digest}`]);
});
