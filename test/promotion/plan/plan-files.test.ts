import { computePlan } from "../../../promotion/plan/compute-plan";
import { Unread } from "../../../promotion/plan/world";
import { createWorld, promiseFiles, type ShortTarget, type ShortWorld, sha256 } from "./small-world";

interface Case {
  readonly name: string;
  readonly source: ShortWorld["sourceFiles"];
  /** `google/origin` is the origin. */
  readonly targets: Readonly<Record<string, ShortTarget["files"]>>;
  /** The targets that get `app/kops`, with `replaces` if it is there with other content. */
  readonly copies: readonly string[];
  /** Where the file comes from. @default not looked at */
  readonly from?: string;
  readonly findings?: readonly string[];
  readonly mutable?: boolean;
}

const down = new Unread("it does not answer");
const md5 = (text: string) => ({ md5: sha256(text).slice(0, 32) });

const cases: readonly Case[] = [
  { name: "everywhere", source: { kops: "one" }, targets: { "aws/x": { "app/kops": "one" } }, copies: [] },
  { name: "everywhere, and gone from the source", source: {}, targets: { "aws/x": { "app/kops": "one" } }, copies: [] },
  {
    name: "missing at one",
    source: { kops: "one" },
    targets: { "aws/x": {}, "aws/y": { "app/kops": "one" } },
    copies: ["aws/x files"],
  },
  { name: "lost", source: {}, targets: { "aws/x": {} }, copies: [], findings: ["lost error app/kops"] },
  {
    name: "the source cannot be read",
    source: down,
    targets: { "aws/x": {} },
    copies: [],
    findings: ["unreachable error gs://foo/"],
  },
  {
    name: "rebuilt",
    source: { kops: "two" },
    targets: { "aws/x": {} },
    copies: [],
    findings: ["rebuilt error app/kops"],
  },
  {
    name: "other content at one mirror: refused everywhere",
    source: { kops: "one" },
    targets: { "aws/x": { "app/kops": "two" }, "aws/y": {} },
    copies: [],
    findings: ["moved error app/kops"],
  },
  {
    name: "other content under a mutable name",
    source: { kops: "one" },
    targets: { "aws/x": { "app/kops": "two" }, "aws/y": {} },
    mutable: true,
    copies: ["replaces aws/x files", "aws/y files"],
  },
  {
    name: "stores without SHA-256: other sizes",
    source: { kops: { size: 5 } },
    targets: { "aws/x": { "app/kops": { size: 6 } } },
    copies: [],
    findings: ["moved error app/kops"],
  },
  {
    name: "stores without SHA-256: other MD5",
    source: { kops: md5("one") },
    targets: { "aws/x": { "app/kops": md5("two") }, "aws/y": { "app/kops": md5("one") } },
    copies: [],
    findings: ["moved error app/kops"],
  },
  {
    name: "stores without a common checksum",
    source: { kops: md5("one") },
    targets: { "aws/x": { "app/kops": { crc32c: "00000000" } } },
    copies: [],
  },
  {
    name: "a mirror that cannot be read",
    source: { kops: "one" },
    targets: { "aws/x": down, "aws/y": {} },
    copies: ["aws/y files"],
    findings: ["unreachable warning aws/x files"],
  },
  {
    name: "gone from staging, and at the origin: a new mirror gets it from there",
    source: {},
    targets: { "google/origin": { "app/kops": "one" }, "aws/x": {} },
    copies: ["aws/x files"],
    from: "google/origin/app/kops",
  },
  {
    name: "gone from staging, and at the origin without a SHA-256: its bytes are verified on the way",
    source: {},
    targets: { "google/origin": { "app/kops": { crc32c: "00000000" } }, "aws/x": {} },
    copies: ["aws/x files"],
    from: "google/origin/app/kops",
  },
  {
    name: "in staging and at the origin: it comes from staging",
    source: { kops: "one" },
    targets: { "google/origin": { "app/kops": "one" }, "aws/x": {} },
    copies: ["aws/x files"],
    from: "gs://foo/kops",
  },
  {
    name: "staging cannot be read, and the origin has it",
    source: down,
    targets: { "google/origin": { "app/kops": "one" }, "aws/x": {} },
    copies: ["aws/x files"],
    from: "google/origin/app/kops",
  },
  {
    name: "gone from staging, and the origin cannot be read: it is not known to be lost",
    source: {},
    targets: { "google/origin": down, "aws/x": {} },
    copies: [],
    findings: ["unreachable error google/origin files"],
  },
  {
    name: "rebuilt in staging, and the origin cannot be read",
    source: { kops: "two" },
    targets: { "google/origin": down, "aws/x": {} },
    copies: [],
    findings: ["unreachable error google/origin files"],
  },
  {
    name: "neither staging nor the origin can be read",
    source: down,
    targets: { "google/origin": down, "aws/x": {} },
    copies: [],
    findings: ["unreachable error google/origin files", "unreachable error gs://foo/"],
  },
  {
    name: "neither staging nor the origin has it, though another mirror does",
    source: {},
    targets: { "google/origin": {}, "aws/x": { "app/kops": "one" } },
    copies: [],
    findings: ["lost error app/kops"],
  },
  {
    name: "gone from staging, and the origin has an older one under a mutable name",
    source: {},
    targets: { "google/origin": { "app/kops": "old" }, "aws/x": {} },
    mutable: true,
    copies: [],
    findings: ["lost error app/kops"],
  },
  {
    name: "rebuilt in staging, and at the origin as promised",
    source: { kops: "two" },
    targets: { "google/origin": { "app/kops": "one" }, "aws/x": {} },
    copies: ["aws/x files"],
    from: "google/origin/app/kops",
    findings: ["rebuilt warning app/kops"],
  },
];

test.each(cases)("$name", ({ source, targets, copies, from, findings = [], mutable = false }) => {
  const promoted = promiseFiles({ "app/kops": "one" });
  const stores = Object.entries(targets).map(
    ([mirror, files]) => [mirror, files && { files, isOrigin: mirror === "google/origin" }] as const,
  );
  const world = createWorld(promoted, {
    ...(source && { sourceFiles: source }),
    targets: Object.fromEntries(stores.flatMap(([mirror, target]) => (target ? [[mirror, target]] : []))),
  });
  const plan = computePlan(promoted, world, () => mutable);
  const copied = plan.files.flatMap(({ missing, replaces = [] }) =>
    missing.map((target) => (replaces.includes(target) ? `replaces ${target}` : target)),
  );
  expect(copied).toEqual(copies);
  if (from) expect(plan.files.map(({ source }) => source)).toEqual([from]);
  const found = plan.findings.map(({ kind, severity, artifact, target }) => [kind, severity, artifact ?? target]);
  expect(found.map((parts) => parts.join(" "))).toEqual(findings);
});

test("one path with two checksums is refused; others are copied", () => {
  const [one, other] = [promiseFiles({ "app/kops": "one", "app/other": "x" }), promiseFiles({ "app/kops": "two" })];
  const promoted = { projects: ["app"], images: [], files: [...one.files, ...other.files], withdrawn: [] };
  const world = createWorld(promoted, {
    sourceFiles: { kops: "one", other: "x" },
    targets: { "aws/x": { files: {} } },
  });
  const plan = computePlan(promoted, world, () => false);
  expect(plan.files.map(({ source }) => source)).toEqual(["gs://foo/other"]);
  expect(plan.findings.map(({ kind, artifact }) => `${kind} ${artifact}`)).toEqual(["conflict app/kops"]);
});

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ["is late with a file that the origin has", { "app/kops": "one" }, ["waiting aws/x files"]],
  ["is not late with a new release", {}, []],
])("a store that its cloud fills %s", (_case, origin, findings) => {
  const promoted = promiseFiles({ "app/kops": "one" });
  const world = createWorld(promoted, {
    sourceFiles: { kops: "one" },
    targets: { "aws/x": { files: {}, filling: "cloud" }, "google/origin": { files: origin, isOrigin: true } },
  });
  const plan = computePlan(promoted, world, () => false);
  expect(plan.files[0]?.missing).toContain("aws/x files");
  expect(plan.findings.map(({ kind, target }) => `${kind} ${target}`)).toEqual(findings);
});
