import { createHash } from "node:crypto";
import { completionKey } from "../../../promotion/plan/completion-key";
import { computePlan } from "../../../promotion/plan/compute-plan";
import { type PlanStores, readWorld } from "../../../promotion/plan/read-world";
import type { Promoted } from "../../../promotion/promoted";
import type { RegistryTarget, Target } from "../../../promotion/targets/target";
import { bodyOf } from "../../../stores/http/exchange";
import { type Content, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { StoreError } from "../../../stores/store-error";
import { MemoryBucket } from "../../stores/memory-bucket";
import { blob, image, index } from "../image/memory-image-repository";
import { MemoryRepositoryReader } from "./memory-repository-reader";
import { digest, promise, promiseFiles, shorten } from "./small-world";

const origin = { isOrigin: false, filling: "run", mayRemove: false } as const;

function registry(mirror: string, more: Partial<RegistryTarget> = {}): RegistryTarget {
  return {
    ...origin,
    mirror,
    kind: "registry",
    host: `${mirror}.example.org`,
    root: "",
    findLogin: () => undefined,
    ...more,
  } as RegistryTarget;
}

interface Scene {
  readonly promoted: Promoted;
  readonly source?: MemoryRepositoryReader;
  readonly mirrors?: Readonly<Record<string, MemoryRepositoryReader>>;
  readonly targets?: readonly Target[];
  readonly sourceBucket?: MemoryBucket;
  readonly withReferrers?: boolean;
  readonly withChecksums?: boolean;
}

function read({
  promoted,
  source,
  mirrors = {},
  targets,
  sourceBucket,
  withReferrers = false,
  withChecksums = false,
}: Scene) {
  const stores: PlanStores = {
    openSource: () => source ?? new MemoryRepositoryReader(true),
    openSourceBucket: () => ({ bucket: sourceBucket ?? new MemoryBucket(), prefix: "staged/" }),
    openRepository: ({ mirror }) => mirrors[mirror] ?? new MemoryRepositoryReader(true),
  };
  const all = targets ?? Object.keys(mirrors).map((mirror) => registry(mirror));
  const now = () => new Date("2026-11-25T12:00:00Z");
  return readWorld({ promoted, targets: all, stores, withReferrers, withChecksums, now });
}

const emptySha256 = createHash("sha256").digest("hex");
const tag = (short: string) => `${digest(short).replace(":", "-")}.sig`;

test("a registry that lists digests takes one request a repository", async () => {
  const promoted = promise({ "a@000": ["0.9"], "a@111": ["1.0"], "a@222": [] });
  const source = new MemoryRepositoryReader(true, { "000": ["0.9"], "111": ["1.0"], "222": [] });
  const mirror = new MemoryRepositoryReader(true, { "000": ["0.9"], other: ["unrelated"] });
  const world = await read({ promoted, source, mirrors: { "google/bar": mirror } });
  expect(source.asked).toEqual(["list digests"]);
  expect(mirror.asked).toEqual(["list digests"]);
  const plan = computePlan(promoted, world, () => false);
  expect(plan.images.map((image) => shorten(image.digest))).toEqual(["111", "222"]);
});

test("another registry takes one HEAD a tag, and one for each digest that no tag leads to", async () => {
  const promoted = promise({ "a@000": ["0.9"], "a@111": ["1.0"], "a@222": [] });
  const source = new MemoryRepositoryReader(true, { "000": ["0.9"], "111": ["1.0"], "222": [] });
  const mirror = new MemoryRepositoryReader(false, { "000": ["0.9"], "222": [] });
  const world = await read({ promoted, source, mirrors: { "aws/bar": mirror } });
  expect(mirror.asked).toEqual([
    "list digests",
    "HEAD 0.9",
    "HEAD 1.0",
    `HEAD ${digest("111")}`,
    `HEAD ${digest("222")}`,
  ]);
  expect(computePlan(promoted, world, () => false).images.map((image) => shorten(image.digest))).toEqual(["111"]);
});

test.each([true, false])(
  "a repository of one digest with one tag takes one HEAD, if the registry lists digests: %s",
  async (lists) => {
    const promoted = promise({ "a@000": ["0.9"] });
    const mirror = new MemoryRepositoryReader(lists, { "000": ["0.9"] });
    const source = new MemoryRepositoryReader(true);
    const world = await read({ promoted, source, mirrors: { "aws/bar": mirror } });
    expect(mirror.asked).toEqual(["HEAD 0.9"]);
    expect(computePlan(promoted, world, () => false).images).toEqual([]);
  },
);

test("cosign's tags, and referrers that were asked for, are found wherever they are missing", async () => {
  const promoted = promise({ "a@000": ["0.9"] });
  const images = { "000": ["0.9"], "5": [tag("000")], "6": [tag("unknown")], "7": [] };
  const source = new MemoryRepositoryReader(false, images, { "000": ["7"] });
  const mirror = new MemoryRepositoryReader(false, { "000": ["0.9"] });
  const world = await read({ promoted, source, mirrors: { "aws/bar": mirror }, withReferrers: true });
  const plan = computePlan(promoted, world, () => false);
  expect(plan.images.map((image) => [shorten(image.digest), image.missing[0]?.tags])).toEqual([
    ["5", [tag("000")]],
    ["7", []],
  ]);
  expect(mirror.asked).not.toContain(`HEAD ${tag("unknown")}`);
});

describe("what is attached to a child of an index", () => {
  const child = image([blob("layer")]);
  const release = index([child]);
  const stranger = image([]);
  const tagOf = (subject: string) => `${subject.replace(":", "-")}.sig`;
  const promoted: Promoted = {
    ...promise({}),
    images: promise({ "a@000": ["1.0"] }).images.map((each) => ({ ...each, digest: release.digest })),
  };

  function hold(reader: MemoryRepositoryReader, ...contents: readonly [Content, string?][]): MemoryRepositoryReader {
    for (const [content, name] of contents) {
      reader.hold(content, name);
      reader.digests.add(content.digest);
    }
    return reader;
  }

  const signature = image([blob("signature")]);
  const signed: readonly [Content, string?][] = [
    [release, "1.0"],
    [child],
    [signature, tagOf(child.digest)],
    [stranger, tagOf(stranger.digest)],
  ];

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("a signature is found, if the source lists digests: %s, the mirror: %s", async (atSource, atMirror) => {
    const source = hold(new MemoryRepositoryReader(atSource), ...signed);
    const mirror = hold(new MemoryRepositoryReader(atMirror), [release, "1.0"], [child]);
    const scene = { promoted, source, mirrors: { "aws/bar": mirror } };
    const plan = computePlan(promoted, await read(scene), () => false);
    const missing = [{ target: "aws/bar registry", content: true, tags: [tagOf(child.digest)] }];
    expect(plan.images).toMatchObject([{ digest: signature.digest, attachedTo: child.digest, missing }]);
    expect(mirror.asked).not.toContain(`HEAD ${tagOf(stranger.digest)}`);
    hold(mirror, [signature, tagOf(child.digest)]);
    expect(computePlan(promoted, await read(scene), () => false).images).toEqual([]);
  });

  test.each([false, true])("a referrer is found if asked for, if registries list digests: %s", async (lists) => {
    const sbom = image([blob("sbom")], child);
    const source = hold(new MemoryRepositoryReader(lists), [release, "1.0"], [child], [sbom]);
    source.reported.set(child.digest, [descriptorOf(sbom)]);
    const mirror = hold(new MemoryRepositoryReader(lists), [release, "1.0"], [child]);
    const scene = { promoted, source, mirrors: { "aws/bar": mirror } };
    const plan = computePlan(promoted, await read({ ...scene, withReferrers: true }), () => false);
    const missing = [{ target: "aws/bar registry", content: true, tags: [] }];
    expect(plan.images).toMatchObject([{ digest: sbom.digest, attachedTo: child.digest, missing }]);
    expect(computePlan(promoted, await read(scene), () => false).images).toEqual([]);
  });

  test("goes where its index goes", async () => {
    const source = hold(new MemoryRepositoryReader(false), ...signed);
    const mirrors = {
      "aws/bar": hold(new MemoryRepositoryReader(false), [release, "1.0"], [child]),
      "aws/other": hold(new MemoryRepositoryReader(true), [child]),
    };
    const images = [
      ...promoted.images.map((each) => ({ ...each, destinations: ["aws/bar"] })),
      ...promise({ "a@999": [] }).images.map((each) => ({ ...each, destinations: ["aws/other"] })),
    ];
    const plan = computePlan(
      { ...promoted, images },
      await read({ promoted: { ...promoted, images }, source, mirrors }),
      () => false,
    );
    expect(plan.images.flatMap(({ missing }) => missing.map(({ target }) => target))).toEqual(["aws/bar registry"]);
  });

  test("a damaged index does not hide the signatures of others", async () => {
    const damaged = createJsonContent(mediaTypes.index, { schemaVersion: 2, manifests: "none" });
    const source = hold(new MemoryRepositoryReader(false), ...signed, [damaged]);
    const mirror = hold(new MemoryRepositoryReader(false), [release, "1.0"], [damaged]);
    const [first] = promoted.images;
    const images = first ? [first, { ...first, digest: damaged.digest, tags: [] }] : [];
    const both = { ...promoted, images };
    const plan = computePlan(both, await read({ promoted: both, source, mirrors: { "aws/bar": mirror } }), () => false);
    expect(plan.images).toMatchObject([{ digest: signature.digest }]);
  });
});

describe("what is attached at the origin, and no longer in staging", () => {
  const promoted = promise({ "a@000": ["0.9"] });
  const image = { "000": ["0.9"] };
  const signed = { ...image, "5": [tag("000")] };

  async function plan(source: MemoryRepositoryReader, atOrigin: MemoryRepositoryReader, more: Partial<Scene> = {}) {
    const mirrors = { "google/us": atOrigin, "aws/bar": new MemoryRepositoryReader(true, image) };
    const targets = [registry("aws/bar"), registry("google/us", { isOrigin: true })];
    return computePlan(
      more.promoted ?? promoted,
      await read({ promoted, source, mirrors, targets, ...more }),
      () => false,
    );
  }

  const fromOrigin = (short: string, tags: readonly string[]) => ({
    digest: digest(short),
    attachedTo: digest("000"),
    source: "google/us.example.org/a",
    missing: [{ target: "aws/bar registry", content: true, tags }],
  });

  test.each([
    [true, "nothing", {}],
    [false, "nothing", {}],
    [true, "the image alone", image],
    [false, "the image alone", image],
  ])("a signature comes from the origin, if it lists digests: %s, and staging has %s", async (lists, _, staged) => {
    const { images, findings } = await plan(
      new MemoryRepositoryReader(true, staged),
      new MemoryRepositoryReader(lists, signed),
    );
    expect(images).toMatchObject([fromOrigin("5", [tag("000")])]);
    expect(findings).toEqual([]);
  });

  test("another signature under the same tag in staging is the one that mirrors get", async () => {
    const source = new MemoryRepositoryReader(true, { ...image, "6": [tag("000")] });
    const { images } = await plan(source, new MemoryRepositoryReader(true, signed));
    expect(images).toMatchObject([{ digest: digest("6"), source: "gcr.io/foo/a" }]);
    expect(images).toHaveLength(1);
  });

  test.each([
    [true, {}, [fromOrigin("7", [])]],
    // One request for each image: only if asked for, and only for what staging has deleted.
    [false, {}, []],
    [true, image, []],
  ])("a referrer, if asked for: %s, and staging has %p", async (withReferrers, staged, expected) => {
    const atOrigin = new MemoryRepositoryReader(true, { ...image, "7": [] }, { "000": ["7"] });
    const { images } = await plan(new MemoryRepositoryReader(true, staged), atOrigin, { withReferrers });
    expect(images).toMatchObject(expected);
    expect(images).toHaveLength(expected.length);
    const questions = [`GET ${digest("000")}`, `referrers ${digest("000")}`];
    expect(atOrigin.asked).toEqual(["list digests", ...(expected.length > 0 ? questions : [])]);
  });

  test("a signature of a child that a mirror has", async () => {
    const child = { ...image, child: [], "8": [tag("child")] };
    const mirror = new MemoryRepositoryReader(true, { ...image, child: [] });
    const atOrigin = new MemoryRepositoryReader(true, child);
    const mirrors = { "google/us": atOrigin, "aws/bar": mirror };
    const { images } = await plan(new MemoryRepositoryReader(true), atOrigin, { mirrors });
    expect(images).toMatchObject([{ ...fromOrigin("8", [tag("child")]), attachedTo: digest("child") }]);
  });

  test("does not go to mirrors that its image does not go to, and is in place once they have it", async () => {
    const limited = promise({ "a@000": ["0.9"] }, ["google/us"]);
    const atOrigin = () => new MemoryRepositoryReader(true, signed);
    expect((await plan(new MemoryRepositoryReader(true), atOrigin(), { promoted: limited })).images).toEqual([]);
    const mirrors = { "google/us": atOrigin(), "aws/bar": atOrigin() };
    expect((await plan(new MemoryRepositoryReader(true), atOrigin(), { mirrors })).images).toEqual([]);
  });
});

test("without being asked for, referrers are read only where a tag lists them", async () => {
  const promoted = promise({ "a@000": ["0.9"], "a@111": ["1.0"] });
  const list = digest("111").replace(":", "-");
  const source = new MemoryRepositoryReader(true, { "000": ["0.9"], "111": ["1.0"], "8": [list] }, { "111": ["7"] });
  const world = await read({ promoted, source });
  expect(source.asked).toEqual(["list digests", `referrers ${digest("111")}`]);
  const reading = world.imageSources.get("gcr.io/foo/a");
  expect(reading).toMatchObject({ referrers: new Map([[digest("111"), [digest("7")]]]) });
});

test("a registry that is down is asked three times, and the others are read", async () => {
  const names = Array.from({ length: 30 }, (_, number) => [`r${number}@000`, ["1.0"]] as const);
  const promoted = promise(Object.fromEntries(names));
  const source = new MemoryRepositoryReader(true, { "000": ["1.0"] });
  const dead = new MemoryRepositoryReader(true);
  dead.failure = "it does not answer";
  const world = await read({
    promoted,
    source,
    mirrors: { "aws/dead": dead, "google/bar": new MemoryRepositoryReader(true) },
  });
  expect(dead.asked.length).toBeLessThan(15);
  const plan = computePlan(promoted, world, () => false);
  expect(plan.images.flatMap(({ missing }) => missing.map(({ target }) => target))).toEqual(
    names.map(() => "google/bar registry"),
  );
  expect(plan.findings.map(({ message }) => message)).toEqual([
    "aws/dead registry: it does not answer (and 29 more of its repositories)",
  ]);
});

test("a registry whose repositories are made in advance is not asked about others", async () => {
  const promoted = promise({ "a@000": ["1.0"] });
  const mirror = new MemoryRepositoryReader(true);
  const targets = [registry("aws/x", { repositories: ["b"] })];
  const world = await read({ promoted, mirrors: { "aws/x": mirror }, targets });
  expect(mirror.asked).toEqual([]);
  const [finding] = computePlan(promoted, world, () => false).findings;
  expect(finding).toEqual({
    kind: "unmapped",
    severity: "error",
    target: "aws/x registry",
    message: "aws/x registry: the registry has no repository a, and a push does not create it",
    fix: "Add a to the repositories of aws/x's registry in the inventory.",
  });
});

test("completion records of a few images are asked for one by one, of many listed", async () => {
  for (const [count, expected] of [
    [2, ["head", "head"]],
    [40, ["list"]],
  ] as const) {
    const bucket = new MemoryBucket();
    await bucket.put(completionKey(digest("d0")), bodyOf(Buffer.alloc(0)), { sha256: emptySha256 });
    bucket.requests.length = 0;
    const names = Array.from({ length: count }, (_, number) => [`a@d${number}`, []] as const);
    const promoted = promise(Object.fromEntries(names));
    const target: Target = {
      ...origin,
      mirror: "aws/x",
      kind: "blobs",
      bucket,
      keyOf: (key) => `containers/images/${key}`,
    };
    const world = await read({ promoted, targets: [target] });
    expect(world.targets).toMatchObject([{ complete: new Set([digest("d0")]) }]);
    expect(bucket.requests.map(({ method }) => method)).toEqual(expected);
  }
});

test.each([
  [false, 20, []],
  [true, 20, ["moved"]],
  [false, 2, ["moved"]],
])("other bytes of the same size, asked for checksums: %s, %i files: %j", async (withChecksums, count, kinds) => {
  const bytes = (text: string) => Buffer.from(text.padEnd(8));
  const sha256 = (text: string) => createHash("sha256").update(bytes(text)).digest("hex");
  const names = Array.from({ length: count }, (_, number) => `file${number}`);
  const sourceBucket = new MemoryBucket({ checksums: [] });
  const bucket = new MemoryBucket({ checksums: [] });
  for (const name of names) {
    await sourceBucket.put(`staged/${name}`, bodyOf(bytes(name)), { sha256: sha256(name) });
    const held = name === "file1" ? "other" : name;
    await bucket.put(`app/${name}`, bodyOf(bytes(held)), { sha256: sha256(held) });
  }
  const { files, ...rest } = promiseFiles(Object.fromEntries(names.map((name) => [`app/${name}`, name])));
  const promoted = { ...rest, files: files.map((file) => ({ ...file, sha256: sha256(file.name) })) };
  const target: Target = { ...origin, mirror: "aws/x", kind: "files", bucket, keyOf: (path) => path };
  const world = await read({ promoted, sourceBucket, targets: [target], withChecksums });
  const { findings } = computePlan(promoted, world, () => false);
  expect(findings.map(({ kind, artifact }) => [kind, artifact])).toEqual(kinds.map((kind) => [kind, "app/file1"]));
});

test("files are compared with what the source and the mirrors have", async () => {
  const promoted = promiseFiles({ "app/one": "1", "app/two": "2" });
  const [sourceBucket, bucket] = [new MemoryBucket(), new MemoryBucket()];
  const bytes = Buffer.from("text");
  const checksum = createHash("sha256").update(bytes).digest("hex");
  await sourceBucket.put("staged/one", bodyOf(bytes), { sha256: checksum });
  await bucket.put("app/two", bodyOf(bytes), { sha256: checksum });
  const target: Target = { ...origin, mirror: "aws/x", kind: "files", bucket, keyOf: (path) => path };
  const exact = { ...promoted, files: promoted.files.map((file) => ({ ...file, sha256: checksum })) };
  const world = await read({ promoted: exact, sourceBucket, targets: [target] });
  const plan = computePlan(exact, world, () => false);
  expect(plan.files).toMatchObject([{ path: "app/one", bytes: 4, missing: ["aws/x files"] }]);
  expect(plan.findings).toEqual([]);
});

test.each([
  ["denied", true],
  ["transient", false],
] as const)("a source that fails as %s needs other credentials: %s", async (fault, isDenied) => {
  const stores: PlanStores = {
    openSource: () => {
      throw new StoreError("it says no", fault);
    },
    openRepository: () => new MemoryRepositoryReader(true),
    openSourceBucket: () => ({ bucket: new MemoryBucket(), prefix: "" }),
  };
  const world = await readWorld({ promoted: promise({ "a@d1": [] }), targets: [], stores, withReferrers: false });
  expect(world.imageSources.get("gcr.io/foo/a")).toMatchObject({ reason: "it says no", isDenied });
});
