import { applyPolicy } from "../../../promotion/plan/apply-policy";
import { formatPlan } from "../../../promotion/plan/format-plan";
import type { FilePlan, ImagePlan, Plan } from "../../../promotion/plan/plan";
import { readPlan } from "../../../promotion/plan/read-plan";
import type { RepositoryReader } from "../../../promotion/plan/repository-reader";
import type { Target } from "../../../promotion/targets/target";
import { StoreError, TransientError } from "../../../stores/store-error";
import { createJudge, releaseSigner, SignedImages } from "../policy/signed-images";

/** The origin and another mirror; only what is compared. */
const targets = [
  { kind: "registry", mirror: "google/us", isOrigin: true },
  { kind: "registry", mirror: "aws/eu", isOrigin: false },
  { kind: "files", mirror: "google/us", isOrigin: true },
] as unknown as readonly Target[];
const everywhere = ["aws/eu registry", "google/us registry"];

const images = new SignedImages();
const signed = images.addImage("signed");
images.sign(signed);
const unsigned = images.addImage("unsigned");

const reader: RepositoryReader = Object.assign(images, {
  digestsByTag: async () => undefined,
  tags: async function* () {
    yield [...images.tagged.keys()];
  },
});

function imagePlan({ digest }: { readonly digest: string }, more: Partial<ImagePlan> = {}): ImagePlan {
  const missing = everywhere.map((target) => ({ target, content: true, tags: ["v1"] }));
  return {
    project: "app",
    source: "gcr.io/staging/app",
    repository: `app/${digest.slice(7, 11)}`,
    digest,
    missing,
    ...more,
  };
}

function filePlan(path: string): FilePlan {
  return { project: "app", source: `gs://staging/${path}`, path, sha256: "a".repeat(64), missing: ["google/us files"] };
}

function planOf(imagePlans: readonly ImagePlan[], files: readonly FilePlan[] = []): Plan {
  const made = "2026-11-25T12:00:00.000Z";
  return { format: 1, made, promise: "0".repeat(64), images: imagePlans, files, findings: [] };
}

const policy = { signature: true, signers: [releaseSigner], fileNames: { deny: ["**.exe"] } };

test("what a rule refuses leaves the plan as a finding that names artifact and rule; the rest stays", async () => {
  const judge = createJudge(policy);
  const plan = planOf([imagePlan(signed), imagePlan(unsigned)], [filePlan("v1/tool"), filePlan("v1/tool.exe")]);
  const applied = await applyPolicy(plan, judge, targets, () => reader);
  expect(applied.images.map(({ digest }) => digest)).toEqual([signed.digest]);
  expect(applied.files.map(({ path }) => path)).toEqual(["v1/tool"]);
  const name = `app/${unsigned.digest.slice(7, 11)}:v1`;
  expect(applied.findings).toMatchObject([
    {
      kind: "refused",
      severity: "error",
      project: "app",
      artifact: name,
      message: `${name} is refused by policy/signature: no signature`,
      fix: expect.stringContaining(`Sign ${unsigned.digest} in staging as`),
    },
    { kind: "refused", artifact: "v1/tool.exe", message: expect.stringContaining("policy/file-names") },
  ]);
  expect(readPlan(formatPlan(applied))).toEqual({ plan: applied });
  expect(judge.verdicts.map(({ artifact, rule, isAllowed }) => `${artifact} ${rule} ${isAllowed}`).sort()).toEqual(
    [
      `app/${signed.digest.slice(7, 11)}:v1 policy/signature true`,
      `${name} policy/signature false`,
      "v1/tool policy/file-names true",
      "v1/tool.exe policy/file-names false",
    ].sort(),
  );
});

test("what the origin has already was released: it may go to a new mirror", async () => {
  const missing = [{ target: "aws/eu registry", content: true, tags: ["v1"] }];
  const plan = planOf([imagePlan(unsigned, { missing })]);
  expect(await applyPolicy(plan, createJudge(policy), targets, () => reader)).toBe(plan);
  const unread = planOf([imagePlan(unsigned, { missing, unread: ["google/us registry"] })]);
  expect((await applyPolicy(unread, createJudge(policy), targets, () => reader)).images).toEqual([]);
  const elsewhere = planOf([imagePlan(unsigned, { missing, destinations: ["aws/eu"] })]);
  expect((await applyPolicy(elsewhere, createJudge(policy), targets, () => reader)).images).toEqual([]);
});

test("a child without a tag is as good as the index that it comes with", async () => {
  const children = { "linux/amd64": images.addImage("child"), "linux/arm64": images.addImage("another child") };
  const index = images.addIndex(children);
  images.sign(index);
  const untagged = everywhere.map((target) => ({ target, content: true, tags: [] }));
  const [child] = Object.values(children);
  const plans = [imagePlan(child as typeof index, { repository: "app/x", missing: untagged })];
  const alone = await applyPolicy(planOf(plans), createJudge(policy), targets, () => reader);
  expect(alone.findings).toMatchObject([{ artifact: `app/x@${child?.digest}`, severity: "error" }]);
  const both = planOf([...plans, imagePlan(index, { repository: "app/x" })]);
  expect(await applyPolicy(both, createJudge(policy), targets, () => reader)).toBe(both);
  const elsewhere = planOf([...plans, imagePlan(index, { repository: "app/y" })]);
  expect((await applyPolicy(elsewhere, createJudge(policy), targets, () => reader)).images).toHaveLength(1);
});

test("no store is asked if names are enough", async () => {
  const open = () => {
    throw new Error("opened");
  };
  const applied = await applyPolicy(
    planOf([imagePlan(signed)]),
    createJudge({ tags: { allow: ["2*"] } }),
    targets,
    open,
  );
  expect(applied.findings).toMatchObject([{ kind: "refused", message: expect.stringContaining("policy/tags") }]);
});

test.each([
  [new TransientError("it does not answer"), "warning", 1],
  [new StoreError("it is gone", "absent"), "error", 0],
])("if it cannot be read because %s, it is a %s", async (failure, severity, left) => {
  const broken = Object.assign(Object.create(reader) as RepositoryReader, {
    getManifest: () => Promise.reject(failure),
  });
  const applied = await applyPolicy(planOf([imagePlan(signed)]), createJudge(policy), targets, () => broken);
  expect(applied.images).toHaveLength(left);
  expect(applied.findings).toMatchObject([
    { kind: "refused", severity, message: expect.stringContaining(failure.message) },
  ]);
});
