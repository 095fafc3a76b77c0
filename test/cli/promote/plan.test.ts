import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "../../../cli/failure";
import { type PromotePlanOptions, promotePlanCommand } from "../../../cli/promote/plan";
import type { OpenedStores } from "../../../cli/promote/plan-selection";
import { UnusableProject } from "../../../project/unusable-project";
import { readPlan } from "../../../promotion/plan/read-plan";
import type { RegistryTarget } from "../../../promotion/targets/target";
import { createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository } from "../../../stores/registry/repository";
import { image, index } from "../../promotion/image/memory-image-repository";
import { MemoryBucket } from "../../stores/memory-bucket";
import { MemoryRegistry } from "../../stores/registry/memory-registry";
import { runHere } from "../run-mirrorform";

const fixture = join(__dirname, "../../fixtures/inventories/promotion.yaml");
const config = createJsonContent(mediaTypes.config, { os: "linux" });
const child = image([{ ...descriptorOf(config), size: 5_000_000 }]);
const release = index([child]);
const older = image([]);

let folder = "";
const staging = new MemoryRegistry();
const mirror = new MemoryRegistry();

function git(...words: readonly string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", ["-C", folder, ...identity, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function openStores(withoutCredentials = false): OpenedStores {
  const findLogin = async () => undefined;
  const open = (host: string, name: string) => new Repository({ host, name, access: "pull", findLogin });
  const target: RegistryTarget = {
    kind: "registry",
    mirror: "google/us-central1",
    isOrigin: true,
    filling: "run",
    mayRemove: false,
    host: mirror.host,
    root: "",
    findLogin: findLogin as RegistryTarget["findLogin"],
  };
  return {
    targets: [target],
    stores: {
      openSource: (source) => open(staging.host, source.split("/").at(-1) ?? ""),
      openRepository: ({ host }, repository) => open(host, repository),
      openSourceBucket: () => ({ bucket: new MemoryBucket(), prefix: "" }),
    },
    unplaced: [],
    withoutCredentials,
  };
}

async function plan(options: Partial<PromotePlanOptions> = {}, open = openStores) {
  const run = async () => {
    try {
      await promotePlanCommand({ inventory: "mirrors.yaml", allowPrivateMirrors: true, ...options }, () => open());
      return 0;
    } catch (error) {
      if (!(error instanceof Failure || error instanceof UnusableProject)) throw error;
      process.stderr.write(`${error.message}\n`);
      return error instanceof Failure ? error.status : 1;
    }
  };
  return runHere(run, folder);
}

beforeAll(async () => {
  await Promise.all([staging.start(), mirror.start()]);
  folder = mkdtempSync(join(tmpdir(), "plan-"));
  copyFileSync(fixture, join(folder, "mirrors.yaml"));
  git("init", "-q");
  write("releases/etcd/images.yaml", `- name: etcd\n  dmap:\n    "${older.digest}": ["3.5.0"]\n`);
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  git("tag", "first");
  write(
    "releases/etcd/images.yaml",
    `- name: etcd\n  dmap:\n    "${older.digest}": ["3.5.0"]\n    ${release.digest}: ["3.6.0"]\n`,
  );
  git("add", "-A");
  git("commit", "-q", "-m", "second");
  staging.tag("etcd", release, "3.6.0");
  staging.tag("etcd", child);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([staging.stop(), mirror.stop()]);
});

beforeEach(() => {
  staging.seen.length = 0;
  mirror.seen.length = 0;
});

test("what was lost at the source is an error, and the rest is planned with its size", async () => {
  const { status, stdout, stderr } = await plan({ out: "plan.json" });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "1 error in the plan: the artifacts concerned would not be promoted\n",
  });
  expect(stdout).toContain(`error[lost] etcd/etcd:3.5.0 is lost`);
  expect(stdout).toMatch(/^etcd\/etcd:3\.6\.0 +sha256:\w{12} +5\.0 MB +1$/m);
  expect(stdout).toMatch(/^to copy: 1 image, 0 files \(5\.0 MB\); in place: 0 images, 0 files; 1 error, 0 warnings$/m);
  const reading = readPlan(readFileSync(join(folder, "plan.json"), "utf8"));
  expect(reading).toMatchObject({ plan: { images: [{ digest: release.digest, missing: [{ tags: ["3.6.0"] }] }] } });
});

test("since a commit, only what has changed is asked about, even if its digest has no quotes", async () => {
  const { status, stdout, stderr } = await plan({ since: "HEAD~1", json: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readPlan(stdout)).toMatchObject({ plan: { images: [{ digest: release.digest }], findings: [] } });
  expect(JSON.stringify([staging.seen, mirror.seen])).not.toContain(older.digest);
});

test("an error that the commit has too does not fail a change; a new one does", async () => {
  const broken = (digest: string) => `- name: debug\n  dmap:\n    "sha256:${digest}": ["1.0"]\n`;
  write("releases/kubernetes/images.yaml", broken("12"));
  git("add", "-A");
  git("commit", "-q", "-m", "broken");
  expect(await plan({ since: "HEAD" })).toMatchObject({ status: 0 });
  write("releases/kubernetes/images.yaml", broken("34"));
  const { status, stderr } = await plan({ since: "HEAD" });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^1 error in manifests: the artifacts concerned would not be promoted$/m);
  rmSync(join(folder, "releases/kubernetes"), { recursive: true });
  git("add", "-A");
  git("commit", "-q", "-m", "mended");
});

test("--since the newest commit finds no changes and sends no requests", async () => {
  const { status, stdout, stderr } = await plan({ since: "HEAD", markdown: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "nothing has changed since HEAD\n" });
  expect(stdout).toMatch(/^### Promotion plan\n\nNothing to copy\./);
  expect([...staging.seen, ...mirror.seen]).toEqual([]);
});

test("a commit that does not exist", async () => {
  const { status, stderr } = await plan({ since: "v0" });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^--since v0: there is no commit v0; a shallow clone/);
});

test("a folder of manifests that the commit does not have was empty: everything in it is new", async () => {
  write("new/etcd/images.yaml", `- name: etcd\n  dmap:\n    ${release.digest}: ["3.6.0"]\n`);
  const { status, stdout, stderr } = await plan({ since: "HEAD", manifests: ["new"], json: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readPlan(stdout)).toMatchObject({ plan: { images: [{ digest: release.digest }], findings: [] } });
  rmSync(join(folder, "new"), { recursive: true });
});

test("a folder of manifests that does not exist, and never did, is an error that says so", async () => {
  const { status, stderr } = await plan({ since: "HEAD", manifests: ["nowhere"] });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^nowhere:1:1 error\[file\/unreadable\] the directory does not exist$/m);
  expect(stderr).not.toContain("git");
});

test("two forms at once are wrong usage", async () => {
  expect(await plan({ json: true, markdown: true })).toMatchObject({ status: 2 });
});

describe("a comment", () => {
  const broken = () => write("releases/kubernetes/images.yaml", '- name: debug\n  dmap:\n    "sha256:56": ["1.0"]\n');
  afterEach(() => {
    rmSync(join(folder, "releases/kubernetes"), { recursive: true, force: true });
    copyFileSync(fixture, join(folder, "mirrors.yaml"));
  });

  test("has the problems that a change brings to manifests, as the log has them", async () => {
    broken();
    const { status, stdout, stderr } = await plan({ since: "HEAD", markdown: true });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^### Promotion plan\n\nNothing to copy\..*\n\n❌ Problems in files: 1 error\.\n\n```text\n/,
    );
    const [head] = /^releases\/kubernetes\/images\.yaml:3:5 error\[.*$/m.exec(stderr) ?? [];
    expect(stdout).toContain(`\n${head}\n`);
    expect(stdout).toContain("\n  → ");
  });

  test("does not have the problems of before", async () => {
    broken();
    git("add", "-A");
    git("commit", "-q", "-m", "broken again");
    const { status, stdout } = await plan({ since: "HEAD", markdown: true });
    expect([status, stdout]).toEqual([0, expect.not.stringContaining("Problems in files")]);
    git("rm", "-q", "-r", "releases/kubernetes");
    git("commit", "-q", "-m", "mended again");
  });

  test("has the errors of the inventory, without which there is no plan", async () => {
    write("mirrors.yaml", readFileSync(fixture, "utf8").replace("cloud: aws", "cloud: aws2"));
    const { status, stdout, stderr } = await plan({ markdown: true });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^1 error; nothing was done\.$/m)]);
    expect(stdout).toMatch(
      /^### Promotion plan\n\nThere is no plan\.\n\n❌ Problems in files: 1 error\.\n\n```text\nmirrors\.yaml:\d+/,
    );
  });
});

describe("a private staging area", () => {
  beforeEach(() => {
    staging.auth = { login: "ada:secret" };
  });
  afterEach(() => {
    staging.auth = undefined;
  });

  test("fails a plan that should have read it", async () => {
    const { status, stdout } = await plan({ since: "first" });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^error\[unreachable\] .*, the source of 1 artifact, could not be read: /m);
  });

  test("is named in a plan without credentials, which does not fail", async () => {
    const { status, stdout, stderr } = await plan({ since: "first", markdown: true }, () => openStores(true));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^- ⚠️ unreachable: `.*, the source of 1 artifact, was not read: it requires credentials, and this plan has none`<br>`.*Ask a maintainer to run 'mirrorform promote plan' with credentials/m,
    );
  });
});

describe("a policy", () => {
  const policy = "releases/policy.yaml";
  afterEach(() => rmSync(join(folder, policy), { force: true }));

  test("refuses what it does not allow, and explains what its rules saw", async () => {
    write(policy, "defaults:\n  tags: { deny: [3.6.*] }\n  sizes: { image: 10 MB }\n");
    const { status, stdout, stderr } = await plan({ since: "first", explain: true });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "1 error in the plan: the artifacts concerned would not be promoted\n",
    });
    expect(stdout).toMatch(
      /^artifact +rule +verdict +what it saw\netcd\/etcd:3\.6\.0 +policy\/tags +refused +3\.6\.0 matches "3\.6\.\*", which is denied\n\n/,
    );
    expect(stdout).toMatch(/^error\[refused\] etcd\/etcd:3\.6\.0 is refused by policy\/tags: /m);
    expect(stdout).toMatch(/^to copy: 0 images/m);
  });

  test("allows the rest, also as JSON", async () => {
    write(policy, "defaults:\n  sizes: { image: 10 MB }\n");
    const { status, stdout } = await plan({ since: "first", explain: true, json: true });
    const { policy: verdicts, ...written } = JSON.parse(stdout);
    expect([status, verdicts]).toEqual([
      0,
      [
        {
          project: "etcd",
          artifact: "etcd/etcd:3.6.0",
          rule: "policy/sizes",
          isAllowed: true,
          saw: "5.0 MB in all; the largest layer has 5.0 MB",
        },
      ],
    ]);
    expect(readPlan(JSON.stringify(written))).toMatchObject({ plan: { images: [{ digest: release.digest }] } });
  });

  test("with an error stops everything", async () => {
    write(policy, "defaults: { size: { image: 10 MB } }\n");
    const { status, stdout, stderr } = await plan({ since: "first" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^releases\/policy\.yaml:1:13 error\[schema\/unknown-field\] [\s\S]*1 error; nothing was done\.$/m,
    );
  });

  test("beside other manifests, which is not in force, stops everything", async () => {
    write("more/policy.yaml", "defaults: {}\n");
    const { status, stdout, stderr } = await plan({ manifests: ["releases", "more"] });
    rmSync(join(folder, "more"), { recursive: true });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^more\/policy\.yaml:1:1 error\[policy-file\/not-in-force\] this policy is not in force: that is releases\/policy\.yaml/m,
    );
  });

  test("that does not exist refuses nothing", async () => {
    const { status, stdout } = await plan({ since: "first", explain: true });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^policy: there is none, so nothing is refused\n/)]);
  });
});
