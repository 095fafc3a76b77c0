import { computePlan } from "../../../promotion/plan/compute-plan";
import { Unread } from "../../../promotion/plan/world";
import type { Removal } from "../../../promotion/withdrawal/removal";
import { createWorld, digest, promise, type ShortImages, type ShortWorld, shorten } from "./small-world";

interface Case {
  readonly name: string;
  readonly promised: ShortImages;
  readonly world: ShortWorld;
  /** `TARGET REPOSITORY@DIGEST`, then `content` if manifests are missing, then the tags. */
  readonly copies: readonly string[];
  /** Where the images come from. @default not looked at */
  readonly sources?: readonly string[];
  /** `KIND SEVERITY ARTIFACT`, or the target where there is no artifact. */
  readonly findings?: readonly string[];
  readonly mutable?: readonly string[];
}

const down = new Unread("it does not answer");
const bar = (images: ShortImages): ShortWorld["targets"] => ({ "google/bar": { images } });
const barAndCat = (one: ShortImages, other: ShortImages): ShortWorld["targets"] => ({
  "google/bar": { images: one },
  "google/cat": { images: other },
});
/** The origin, and a mirror that was added later. */
const originAndNew = (origin: ShortImages | Unread, added: ShortImages = {}): ShortWorld["targets"] => ({
  "google/origin": { images: origin, isOrigin: true },
  "aws/new": { images: added },
});
const signatureTag = (short: string) => `${digest(short).replace(":", "-")}.sig`;

const cases: readonly Case[] = [
  { name: "nothing is promised", promised: {}, world: { targets: barAndCat({}, {}) }, copies: [] },
  {
    name: "already promoted everywhere",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": ["0.9"] }, targets: barAndCat({ "a@000": ["0.9"] }, { "a@000": ["0.9"] }) },
    copies: [],
  },
  {
    name: "already promoted everywhere, and gone from the source: retention has removed it",
    promised: { "a@000": ["0.9"], "a@111": [] },
    world: { source: {}, targets: bar({ "a@000": ["0.9"], "a@111": [] }) },
    copies: [],
  },
  {
    name: "the source cannot be read",
    promised: { "a@000": ["0.9"], "b@111": ["0.9"] },
    world: { source: down, targets: barAndCat({}, {}) },
    copies: [],
    findings: ["unreachable error gcr.io/foo/a", "unreachable error gcr.io/foo/b"],
  },
  {
    name: "the source cannot be read, and is not needed",
    promised: { "a@000": ["0.9"] },
    world: { source: down, targets: bar({ "a@000": ["0.9"] }) },
    copies: [],
  },
  {
    name: "the digest is missing at one of two",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": ["0.9"] }, targets: barAndCat({ "b@111": [] }, { "a@000": ["0.9"] }) },
    copies: ["google/bar registry a@000 content 0.9"],
  },
  {
    name: "the repository is there with another digest",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": ["0.9"] }, targets: barAndCat({ "a@111": [] }, { "a@000": ["0.9"] }) },
    copies: ["google/bar registry a@000 content 0.9"],
  },
  {
    name: "a tag would move",
    promised: { "a@bad": ["good"] },
    world: {
      source: { "a@bad": ["some-other-tag"] },
      targets: barAndCat(
        { "a@bad": ["some-other-tag"], "a@600d": ["good"] },
        { "a@bad": ["some-other-tag"], "a@600d": ["good"] },
      ),
    },
    copies: [],
    findings: ["moved error a:good", "moved error a:good"],
  },
  {
    name: "a tag that would move at one mirror is set nowhere; other tags and images are",
    promised: { "a@000": ["0.9", "1.0"], "b@111": ["2.0"] },
    world: { source: { "a@000": [], "b@111": [] }, targets: barAndCat({ "a@222": ["1.0"] }, {}) },
    copies: [
      "google/bar registry a@000 content 0.9",
      "google/cat registry a@000 content 0.9",
      "google/bar registry b@111 content 2.0",
      "google/cat registry b@111 content 2.0",
    ],
    findings: ["moved error a:1.0"],
  },
  {
    name: "a mutable tag moves",
    promised: { "a@000": ["latest"] },
    world: { source: { "a@000": [] }, targets: bar({ "a@111": ["latest"], "a@000": [] }) },
    mutable: ["a:latest"],
    copies: ["google/bar registry a@000 latest"],
  },
  {
    name: "a destination below the root",
    promised: { "some/subdir/path/a@000": ["0.9"] },
    world: { source: { "a@000": ["0.9"] }, targets: bar({ "some/subdir/path/a@111": ["0.8"] }) },
    copies: ["google/bar registry some/subdir/path/a@000 content 0.9"],
  },
  {
    name: "without tags",
    promised: { "a@000": [] },
    world: { source: { "a@000": [] }, targets: barAndCat({ "a@000": [] }, { "c@222": [] }) },
    copies: ["google/cat registry a@000 content"],
  },
  {
    name: "extra tags are ignored",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": ["0.9"] },
      targets: barAndCat({ "a@000": ["0.9", "extra-tag"] }, { "a@000": ["0.9"] }),
    },
    copies: [],
  },
  {
    name: "the source lacks all",
    promised: { "a@000": ["missing"], "a@333": ["0.8"], "b@bbb": ["also-missing"] },
    world: { source: { "c@000": [], "d@bbb": [] }, targets: bar({ "a@333": ["0.8"] }) },
    copies: [],
    findings: ["lost error a:missing", "lost error b:also-missing"],
  },
  {
    name: "lost at the source, with the digest but not the tag at the mirror",
    promised: { "a@000": ["0.9"] },
    world: { source: {}, targets: bar({ "a@000": [] }) },
    copies: [],
    findings: ["lost error a:0.9"],
  },
  {
    name: "one lost digest does not hold up another",
    promised: { "a@000": ["0.9"], "a@111": ["1.0"] },
    world: { source: { "a@111": ["1.0"] }, targets: bar({}) },
    copies: ["google/bar registry a@111 content 1.0"],
    findings: ["lost error a:0.9"],
  },
  {
    name: "a second tag at two registries",
    promised: { "a@000": ["0.9", "1.0"] },
    world: { source: { "a@000": ["0.9"] }, targets: barAndCat({ "a@000": ["0.9"] }, { "a@000": ["0.9"] }) },
    copies: ["google/bar registry a@000 1.0", "google/cat registry a@000 1.0"],
  },
  {
    name: "a second tag at one registry",
    promised: { "a@000": ["0.9", "1.0"] },
    world: {
      source: { "a@000": ["0.9"] },
      targets: barAndCat({ "a@000": ["0.9"] }, { "a@000": ["0.9", "1.0", "extra-tag"] }),
    },
    copies: ["google/bar registry a@000 1.0"],
  },
  {
    name: "two tags are swapped",
    promised: { "a@222": ["3.0"], "a@333": ["2.0"] },
    world: { source: { "a@222": ["2.0"], "a@333": ["3.0"] }, targets: bar({ "a@222": ["2.0"], "a@333": ["3.0"] }) },
    copies: [],
    findings: ["moved error a:2.0", "moved error a:3.0"],
  },
  {
    name: "one tag, two digests: only those involved are refused",
    promised: { "a@000": ["0.9"], "a@111": ["0.9", "1.0"], "a@222": ["1.1"] },
    world: { source: { "a@000": [], "a@111": [], "a@222": [] }, targets: bar({}) },
    copies: ["google/bar registry a@111 content 1.0", "google/bar registry a@222 content 1.1"],
    findings: ["conflict error a:0.9"],
  },
  {
    name: "a release was rebuilt, and its first digest is still in staging",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": [], "a@111": ["0.9"] }, targets: bar({}) },
    copies: ["google/bar registry a@000 content 0.9"],
    findings: ["rebuilt warning a:0.9"],
  },
  {
    name: "a release was rebuilt, and its first digest is gone",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@111": ["0.9"] }, targets: bar({}) },
    copies: [],
    findings: ["rebuilt error a:0.9"],
  },
  {
    name: "a mirror that cannot be read holds up nothing",
    promised: { "a@000": ["0.9"], "b@111": ["0.9"] },
    world: {
      source: { "a@000": [], "b@111": ["0.9"] },
      targets: { "aws/x": { images: down }, ...bar({ "a@000": ["0.9"] }) },
    },
    copies: ["google/bar registry b@111 content 0.9"],
    findings: ["unreachable warning aws/x registry"],
  },
  {
    name: "an origin that cannot be read is an error",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": [] }, targets: { "google/origin": { images: down, isOrigin: true } } },
    copies: [],
    findings: ["unreachable error google/origin registry"],
  },
  {
    name: "buckets for blobs get what has no completion record, once for all repositories",
    promised: { "a@000": ["0.9"], "x/a@000": ["0.9"], "a@111": ["1.0"] },
    world: {
      source: { "a@000": [], "a@111": [] },
      targets: { "aws/x": { complete: ["111"] }, ...bar({ "a@000": ["0.9"], "x/a@000": ["0.9"], "a@111": ["1.0"] }) },
    },
    copies: ["aws/x blobs a@000 content"],
  },
  {
    name: "a donor's bucket gets what it was not verified to have, whoever else has it",
    promised: { "a@000": ["0.9"], "a@111": ["1.0"], "a@222": ["1.1"] },
    world: {
      source: { "a@000": [], "a@111": [], "a@222": [] },
      targets: {
        "cdn/x": { complete: ["000"], filling: "donor" },
        "google/bar": { images: { "a@000": ["0.9"], "a@222": ["1.1"] }, isOrigin: true },
      },
    },
    copies: ["cdn/x blobs a@111 content", "google/bar registry a@111 content 1.0", "cdn/x blobs a@222 content"],
    findings: ["waiting warning cdn/x blobs"],
  },
  {
    name: "a store that its cloud fills waits for what is released",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": [] },
      targets: {
        "aws/x": { complete: [], filling: "cloud" },
        "google/bar": { images: { "a@000": ["0.9"] }, isOrigin: true },
      },
    },
    copies: ["aws/x blobs a@000 content"],
    findings: ["waiting warning aws/x blobs"],
  },
  {
    name: "a store that its cloud fills is not late with a new release",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": [] },
      targets: { "aws/x": { complete: [], filling: "cloud" }, "google/bar": { images: {}, isOrigin: true } },
    },
    copies: ["aws/x blobs a@000 content", "google/bar registry a@000 content 0.9"],
  },
  {
    name: "a signature that comes after its image",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": ["0.9"], "a@519": [signatureTag("000")] },
      targets: {
        ...barAndCat({ "a@000": ["0.9"] }, { "a@000": ["0.9"], "a@519": [signatureTag("000")] }),
        "aws/x": { complete: ["000"] },
      },
    },
    copies: ["aws/x blobs a@519 content", `google/bar registry a@519 content ${signatureTag("000")}`],
  },
  {
    name: "a signature of a child that is at the mirror; none of an image that is not promised",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": ["0.9"], "a@519": [signatureTag("child")], "a@520": [signatureTag("unknown")] },
      targets: bar({ "a@000": ["0.9"], "a@child": [] }),
    },
    copies: [`google/bar registry a@519 content ${signatureTag("child")}`],
  },
  {
    name: "a copied image brings its signatures",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": ["0.9"], "a@519": [signatureTag("000")] }, targets: bar({}) },
    copies: ["google/bar registry a@000 content 0.9"],
  },
  {
    name: "other signatures at the mirror stay",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": ["0.9"], "a@519": [signatureTag("000")] },
      targets: bar({ "a@000": ["0.9"], "a@520": [signatureTag("000")] }),
    },
    copies: [],
    findings: [`moved warning a:${signatureTag("000")}`],
  },
  {
    name: "a referrer that comes after its image",
    promised: { "a@000": ["0.9"] },
    world: {
      source: { "a@000": ["0.9"] },
      referrers: { "000": ["5b0"] },
      targets: barAndCat({ "a@000": ["0.9"] }, { "a@000": ["0.9"], "a@5b0": [] }),
    },
    copies: ["google/bar registry a@5b0 content"],
  },
  {
    name: "gone from staging, and at the origin: a new mirror gets it from there",
    promised: { "a@000": ["0.9"], "x/b@111": [] },
    world: { source: {}, targets: originAndNew({ "a@000": ["0.9"], "x/b@111": [] }) },
    copies: ["aws/new registry a@000 content 0.9", "aws/new registry x/b@111 content"],
    sources: ["google/origin/a", "google/origin/x/b"],
  },
  {
    name: "gone from staging, and at the origin: a new bucket gets it from there, once for all repositories",
    promised: { "a@000": ["0.9"], "x/a@000": ["0.9"] },
    world: {
      source: {},
      targets: {
        "google/origin": { images: { "a@000": ["0.9"], "x/a@000": ["0.9"] }, isOrigin: true },
        "aws/x": { complete: [] },
      },
    },
    copies: ["aws/x blobs a@000 content"],
    sources: ["google/origin/a"],
  },
  {
    name: "in staging and at the origin: it comes from staging",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@000": [] }, targets: originAndNew({ "a@000": ["0.9"] }) },
    copies: ["aws/new registry a@000 content 0.9"],
    sources: ["gcr.io/foo/a"],
  },
  {
    name: "at the origin without its tag: the tag is set there, too",
    promised: { "a@000": ["0.9"] },
    world: { source: {}, targets: originAndNew({ "a@000": [] }) },
    copies: ["aws/new registry a@000 content 0.9", "google/origin registry a@000 0.9"],
    sources: ["google/origin/a"],
  },
  {
    name: "staging cannot be read, and the origin has it",
    promised: { "a@000": ["0.9"], "b@111": ["0.9"] },
    world: { source: down, targets: originAndNew({ "a@000": ["0.9"] }) },
    copies: ["aws/new registry a@000 content 0.9"],
    sources: ["google/origin/a"],
    findings: ["unreachable error gcr.io/foo/b"],
  },
  {
    name: "gone from staging, and the origin cannot be read: it is not known to be lost",
    promised: { "a@000": ["0.9"], "b@111": ["0.9"] },
    world: { source: { "b@222": ["0.9"] }, targets: originAndNew(down) },
    copies: [],
    findings: ["unreachable error google/origin registry"],
  },
  {
    name: "neither staging nor the origin can be read",
    promised: { "a@000": ["0.9"] },
    world: { source: down, targets: originAndNew(down) },
    copies: [],
    findings: ["unreachable error google/origin registry", "unreachable error gcr.io/foo/a"],
  },
  {
    name: "neither staging nor the origin has it, though another mirror does",
    promised: { "a@000": ["0.9"] },
    world: { source: {}, targets: originAndNew({ "a@111": [] }, { "a@000": [] }) },
    copies: [],
    findings: ["lost error a:0.9"],
  },
  {
    name: "a release was rebuilt in staging, and its first digest is at the origin",
    promised: { "a@000": ["0.9"] },
    world: { source: { "a@111": ["0.9"] }, targets: originAndNew({ "a@000": ["0.9"] }) },
    copies: ["aws/new registry a@000 content 0.9"],
    sources: ["google/origin/a"],
    findings: ["rebuilt warning a:0.9"],
  },
];

test.each(cases)("$name", ({ promised, world, copies, sources, findings = [], mutable = [] }) => {
  const promoted = promise(promised);
  const plan = computePlan(promoted, createWorld(promoted, world), (name) => mutable.includes(name));
  const copied = plan.images.flatMap(({ repository, digest: found, missing }) =>
    missing.map(({ target, content, tags }) =>
      [target, `${repository}@${shorten(found)}`, ...(content ? ["content"] : []), ...tags].join(" "),
    ),
  );
  expect(copied).toEqual(copies);
  if (sources) expect(plan.images.map(({ source }) => source)).toEqual(sources);
  const found = plan.findings.map(
    ({ kind, severity, artifact, target }) => `${kind} ${severity} ${artifact ?? target}`,
  );
  expect(found).toEqual(findings);
});

describe("a tag that leads to a withdrawn image, and is promised for another one", () => {
  const promoted = promise({ "a@000": ["1.0"] });
  const world = createWorld(promoted, { source: { "a@000": [] }, targets: bar({ "a@111": ["1.0"] }) });
  const removal = {
    kind: "image",
    project: "app",
    name: "a",
    digest: digest("111"),
    tags: [],
    reason: "broken",
  } as const;
  const rest = { hidden: "2026-12-01T12:00:00Z", after: "2026-12-08T12:00:00Z", from: [], left: [] };

  test.each<[Removal["state"], boolean]>([
    ["hide", true],
    ["waiting", true],
    ["delete", true],
    ["restore", false],
  ])("is refused, and while the old image is in the state %s, the finding says why that stays: %p", (state, isSaid) => {
    const removals = [{ state, ...removal, ...rest }];
    const [finding] = computePlan(promoted, world, () => false, { removals }).findings;
    const why =
      "; the old image is withdrawn, and cannot be deleted while the manifest promises the tag for the new one";
    expect(finding).toMatchObject({ kind: "moved", severity: "error", artifact: "a:1.0" });
    expect(finding?.message.endsWith(why)).toBe(isSaid);
    expect(finding?.fix).toMatch(/^Promote sha256:\w+ under a new tag in /);
  });
});

test("destinations limit where an image goes, and one that is not a mirror is reported once per project", () => {
  const promoted = promise({ "a@000": ["0.9"], "b@111": ["0.9"] }, ["google/bar", "google/gone"]);
  const world = createWorld(promoted, { source: { "a@000": [], "b@111": [] }, targets: barAndCat({}, {}) });
  const plan = computePlan(promoted, world, () => false);
  expect(plan.images.flatMap(({ missing }) => missing.map(({ target }) => target))).toEqual([
    "google/bar registry",
    "google/bar registry",
  ]);
  expect(plan.findings).toEqual([
    {
      kind: "unmapped",
      severity: "error",
      project: "app",
      target: "google/gone",
      message: "app is to be promoted to google/gone, which is not a mirror that holds images",
      fix: "Correct promotion.destinations in the inventory, or give google/gone a store for images.",
    },
  ]);
});

test("the origin is no source of what does not go there", () => {
  const promoted = promise({ "a@000": ["0.9"] }, ["aws/new"]);
  const world = createWorld(promoted, { targets: originAndNew(down) });
  expect(computePlan(promoted, world, () => false)).toMatchObject({ images: [], findings: [{ kind: "lost" }] });
});

test("the same digest from two sources comes from the one that has it", () => {
  const [image] = promise({ "a@000": ["0.9"] }).images;
  if (!image) throw new Error("no image");
  const promoted = {
    projects: ["app"],
    files: [],
    withdrawn: [],
    images: [
      { ...image, source: "gcr.io/old/gone" },
      { ...image, tags: ["1.0"] },
    ],
  };
  const world = createWorld(promoted, { source: { "a@000": [] }, targets: bar({}) });
  const [planned] = computePlan(promoted, world, () => false).images;
  expect(planned?.source).toBe("gcr.io/foo/a");
  expect(planned?.missing[0]?.tags).toEqual(["0.9", "1.0"]);
});

test("what is in place is counted only where a target was read", () => {
  const promoted = promise({ "a@000": ["0.9"], "b@111": ["0.9"], "b@222": [] });
  const held = { "a@000": ["0.9"], "b@111": ["0.9"] };
  const count = (targets: ShortWorld["targets"]) =>
    computePlan(promoted, createWorld(promoted, { source: {}, targets }), () => false).inPlace;
  expect(count(bar(held))).toEqual({ images: 2, files: 0 });
  expect(count({ "google/bar": { images: down } })).toEqual({ images: 0, files: 0 });
});

test.each([
  [
    "10.0.0.7 is not on the public internet",
    "Stage on the public internet, or in a registry or a bucket of AWS, Azure or Google",
  ],
  ["it answered with 401", "Check its name and the credentials"],
])("the fix of a source that cannot be read: %s", (reason, fix) => {
  const promoted = promise({ "a@000": ["0.9"] });
  const world = createWorld(promoted, { source: new Unread(reason), targets: bar({}) });
  const { findings } = computePlan(promoted, world, () => false);
  expect(findings).toMatchObject([{ kind: "unreachable", fix: expect.stringContaining(fix) }]);
});

describe("what refuses to be read", () => {
  const promoted = promise({ "a@000": ["0.9"], "b@111": ["0.9"] });
  const denied = new Unread("it answered with 401", undefined, true);
  const find = (source: Unread, origin: Unread | object, withoutCredentials: boolean) => {
    const targets = { "google/bar": { images: origin, isOrigin: true } } as ShortWorld["targets"];
    const plan = computePlan(promoted, createWorld(promoted, { source, targets }), () => false, { withoutCredentials });
    return plan.findings.map(({ kind, severity, message }) => `${severity}[${kind}] ${message}`);
  };

  test("is an error of a plan that has credentials", () => {
    expect(find(denied, {}, false)).toEqual([
      "error[unreachable] gcr.io/foo/a, the source of 1 artifact, could not be read: it answered with 401",
      "error[unreachable] gcr.io/foo/b, the source of 1 artifact, could not be read: it answered with 401",
    ]);
  });

  test("is named, and no error, in a plan without any: staging areas and the origin", () => {
    const why = "was not read: it requires credentials, and this plan has none";
    expect(find(denied, {}, true)).toEqual([
      `warning[unreachable] gcr.io/foo/a, the source of 1 artifact, ${why}`,
      `warning[unreachable] gcr.io/foo/b, the source of 1 artifact, ${why}`,
    ]);
    expect(find(denied, denied, true)).toContain(`warning[unreachable] google/bar registry ${why}`);
  });

  test("is an error all the same if it is down, or has no place for it", () => {
    expect(find(down, {}, true).every((finding) => finding.startsWith("error[unreachable]"))).toBe(true);
  });
});
