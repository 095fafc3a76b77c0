import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "../../../cli/failure";
import { type PromotePlanOptions, promotePlanCommand } from "../../../cli/promote/plan";
import { type OpenedRun, type PromoteRunOptions, promoteRunCommand } from "../../../cli/promote/run";
import type { RegistryTarget } from "../../../promotion/targets/target";
import { createContent, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository } from "../../../stores/registry/repository";
import { MemoryBucket } from "../../stores/memory-bucket";
import { MemoryRegistry } from "../../stores/registry/memory-registry";
import { runHere } from "../run-mirrorform";

const fixture = join(__dirname, "../../fixtures/inventories/promotion.yaml");
const config = createJsonContent(mediaTypes.config, { os: "linux" });
const layer = createContent(mediaTypes.layer, Buffer.alloc(100_000, 1));
const release = createJsonContent(mediaTypes.manifest, {
  schemaVersion: 2,
  mediaType: mediaTypes.manifest,
  config: descriptorOf(config),
  layers: [descriptorOf(layer)],
});

let folder = "";
let staging: MemoryRegistry;
let mirror: MemoryRegistry;
let table: MemoryBucket;

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function git(...words: readonly string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  execFileSync("git", ["-C", folder, ...identity, ...words], { stdio: "pipe" });
}

function openRun(): OpenedRun {
  const findLogin = async () => undefined;
  const open = (host: string, name: string) =>
    new Repository({ host, name, access: "push", findLogin, pauses: [1, 1, 1] });
  const openSource = (source: string) => open(staging.host, source.split("/").at(-1) ?? "");
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
  const bucket = new MemoryBucket();
  return {
    targets: [target],
    stores: {
      openSource,
      openRepository: ({ host }, repository) => open(host, repository),
      openSourceBucket: () => ({ bucket, prefix: "" }),
    },
    unplaced: [],
    openSource,
    openTarget: ({ host }, repository) => open(host, repository),
    openFile: (key) => ({ bucket, key }),
    tables: [table],
    alone: (work) => work(new AbortController().signal),
  };
}

const project = { inventory: "mirrors.yaml", allowPrivateMirrors: true };

function expectFailure(work: () => Promise<void>) {
  return runHere(async () => {
    try {
      await work();
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stderr.write(`${error.message}\n`);
      return error.status;
    }
  }, folder);
}

const run = (options: Partial<PromoteRunOptions> = {}) =>
  expectFailure(() => promoteRunCommand({ ...project, ...options }, openRun));
const plan = (options: Partial<PromotePlanOptions> = {}) =>
  expectFailure(() => promotePlanCommand({ ...project, out: "plan.json", ...options }, openRun));

beforeEach(async () => {
  staging = await new MemoryRegistry().start();
  mirror = await new MemoryRegistry().start();
  table = new MemoryBucket({ url: "gs://table" });
  folder = mkdtempSync(join(tmpdir(), "run-"));
  copyFileSync(fixture, join(folder, "mirrors.yaml"));
  write("releases/etcd/images.yaml", `- name: etcd\n  dmap:\n    "${release.digest}": ["3.6.0"]\n`);
  for (const { digest, bytes } of [config, layer]) staging.blobs.set(`etcd ${digest}`, bytes);
  staging.tag("etcd", release, "3.6.0");
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([staging.stop(), mirror.stop()]);
});

test("a run promotes, and reports in every form; the next one has nothing to do", async () => {
  const files = { report: "report.md", metrics: "metrics.prom", audit: "audit.jsonl" };
  const first = await run({ ...files, json: true, commit: "0123abc", mergedBy: "alice" });
  expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: "1 artifact promoted\n" });
  expect(JSON.parse(first.stdout)).toMatchObject({ format: 1, isComplete: true, artifacts: [{ origin: "shown" }] });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  expect(read("report.md")).toContain("**1 artifact** shown at the origin");
  expect(read("metrics.prom")).toContain("mirrorform_promotion_complete 1\n");
  expect(JSON.parse(read("audit.jsonl"))).toMatchObject({
    commit: "0123abc",
    mergedBy: "alice",
    digest: release.digest,
  });
  expect(Object.values(mirror.tagsOf([...mirror.manifests.keys()][0]?.split(" ")[0] ?? ""))).toEqual([release.digest]);

  mirror.seen.length = 0;
  const second = await run({ audit: "audit.jsonl" });
  expect(second).toMatchObject({ status: 0, stderr: "everything is in place\n" });
  expect(mirror.asked("PUT", "POST")).toEqual([]);
  expect(read("audit.jsonl").split("\n")).toHaveLength(2);
});

test("what cannot be promoted: status 1, and the reason", async () => {
  staging.blobs.clear();
  const { status, stdout, stderr } = await run();
  expect({ status, stderr }).toEqual({ status: 1, stderr: "1 artifact not complete: the next run tries again\n" });
  expect(stdout).toMatch(/#### Not complete/);
});

test("a mirror that could not be reached: status 1 and not complete, though everything else is in place", async () => {
  await run();
  const store = {
    mirror: "aws/us-east-2",
    kind: "registry",
    filling: "run",
    message: "it has no alias",
    fix: "Deploy it.",
  } as const;
  const { status, stdout, stderr } = await expectFailure(() =>
    promoteRunCommand({ ...project, metrics: "metrics.prom" }, () => ({ ...openRun(), unplaced: [store] })),
  );
  expect({ status, stderr }).toEqual({ status: 1, stderr: "1 store not reached: each is above, with a fix\n" });
  expect(stdout).toContain(
    "`aws/us-east-2 registry: it has no alias`<br>`Deploy it. Until then, a release waits for it if",
  );
  expect(readFileSync(join(folder, "metrics.prom"), "utf8")).toContain("mirrorform_promotion_complete 0\n");
});

test("a reviewed plan is carried out, in part if a part is done; a changed world is refused", async () => {
  expect((await plan()).status).toBe(0);
  expect((await run({ plan: "plan.json" })).status).toBe(0);
  expect(await run({ plan: "plan.json" })).toMatchObject({ status: 0, stderr: "everything is in place\n" });
  write("releases/etcd/images.yaml", `- name: etcd\n  dmap:\n    "${release.digest}": ["3.6.1"]\n`);
  const { status, stderr } = await run({ plan: "plan.json" });
  expect(status).toBe(3);
  expect(stderr).toMatch(/^the world has changed since the plan was made:\n {2}the manifests have changed/m);
});

test("a reviewed plan with something that no manifest promises is refused", async () => {
  await plan();
  const text = readFileSync(join(folder, "plan.json"), "utf8");
  const other = `sha256:${"0".repeat(64)}`;
  write("plan.json", text.replaceAll(release.digest, other));
  const { status, stderr } = await run({ plan: "plan.json" });
  expect(status).toBe(3);
  expect(stderr).toContain(`no manifest promises etcd/etcd@${other}`);
});

test("a reviewed plan that signs a child of an index is carried out", async () => {
  staging.listsDigests = true;
  mirror.listsDigests = true;
  const index = createJsonContent(mediaTypes.index, { schemaVersion: 2, manifests: [descriptorOf(release)] });
  staging.tag("etcd", index, "index");
  write("releases/etcd/images.yaml", `- name: etcd\n  dmap:\n    "${index.digest}": ["index"]\n`);
  expect((await run()).status).toBe(0);
  const signature = createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    config: descriptorOf(config),
    layers: [],
  });
  const tag = `${release.digest.replace(":", "-")}.sig`;
  staging.tag("etcd", signature, tag);
  expect((await plan()).status).toBe(0);
  expect((await run({ plan: "plan.json" })).stderr).toBe("1 artifact promoted\n");
  expect(mirror.tagsOf("etcd/etcd")[tag]).toBe(signature.digest);
});

test("an error in a manifest: status 1 and not complete, though everything else is in place; the report says so", async () => {
  await run();
  write("releases/etcd/files.yaml", "files:\n- name: broken\n");
  const { status, stdout } = await run({ metrics: "metrics.prom" });
  expect(status).toBe(1);
  expect(stdout).toContain("Nothing was promoted: there are errors.\n\n**The manifests have 1 error**");
  expect(readFileSync(join(folder, "metrics.prom"), "utf8")).toContain("mirrorform_promotion_complete 0\n");
});

test("errors that a commit has too do not fail the run of what has changed since, nor that of its plan", async () => {
  write("releases/etcd/files.yaml", "files:\n- name: broken\n");
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "one");
  write("releases/etcd/images.yaml", `- name: etcd\n  dmap:\n    "${release.digest}": ["3.6.0", "3.6"]\n`);
  expect(await run()).toMatchObject({ status: 1 });
  mirror.manifests.clear();
  expect((await plan({ since: "HEAD" })).status).toBe(0);
  expect(await run({ since: "HEAD" })).toMatchObject({ status: 0 });
  expect(await run({ plan: "plan.json" })).toMatchObject({ status: 0 });
});

test("files that cannot be written are found before anything is promoted", async () => {
  for (const options of [{ report: "no/report.md" }, { metrics: "releases" }, { audit: "no/audit.jsonl" }]) {
    await expect(
      run(options).then(({ status }) => {
        if (status !== 0) throw new Error();
      }),
    ).rejects.toThrow();
  }
  expect(mirror.asked("PUT", "POST")).toEqual([]);
});

test("wrong usage and a broken plan", async () => {
  expect(await run({ wait: "soon" })).toMatchObject({
    status: 2,
    stderr: "--wait must be a number of minutes from 0 to 9999, not soon\n",
  });
  expect(await run({ plan: "p", since: "HEAD" })).toMatchObject({ status: 2 });
  expect(await run({ plan: "releases" })).toMatchObject({
    status: 1,
    stderr: "releases is a directory: choose a file\n",
  });
  write("plan.json", "{");
  expect(await run({ plan: "plan.json" })).toMatchObject({
    status: 1,
    stderr: "plan.json: it is not JSON: write it with `mirrorform promote plan --out`\n",
  });
});

test("a plan of repairs brings back what was promoted, and is refused for anything else", async () => {
  await run();
  const repository = [...mirror.manifests.keys()][0]?.split(" ")[0] ?? "";
  const repair = (digest: string, tags: readonly string[]) => {
    const target = "google/us-central1 registry";
    const image = { project: "etcd", source: "origin", repository, digest, missing: [{ target, content: true, tags }] };
    const head = { format: 1, made: "2026-01-01T00:00:00Z", promise: "0".repeat(64), repairs: true };
    write("repair.json", JSON.stringify({ ...head, images: [image], files: [], findings: [] }));
    return run({ plan: join(folder, "repair.json") });
  };
  const refused = await repair(release.digest, ["latest"]);
  expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining("the plan does not only repair") });
  expect(refused.stderr).toContain(`no manifest promises ${repository}@${release.digest} with the tag latest`);
  const unknown = `sha256:${"a".repeat(64)}`;
  expect((await repair(unknown, [])).stderr).toContain(`no manifest promises ${repository}@${unknown}`);

  // The only mirror has lost the tag, and staging everything.
  staging.manifests.clear();
  mirror.manifests.delete(`${repository} 3.6.0`);
  expect(await repair(release.digest, ["3.6.0"])).toMatchObject({ status: 0 });
  expect(mirror.tagsOf(repository)).toEqual({ "3.6.0": release.digest });
});

test("a merge by someone who may withdraw does not carry out what someone else merged before", async () => {
  const commit = (path: string, content: string, name: string) => {
    write(path, content);
    git("add", "-A");
    git("commit", "-q", "-m", name);
    git("tag", name);
  };
  git("init", "-q");
  write("releases/policy.yaml", "defaults: { withdrawal: [alice] }\n");
  commit("note", "1", "first");
  expect((await run()).status).toBe(0);
  const entry = (reason: string) =>
    `images:\n- { name: etcd, digest: "${release.digest}", reason: ${reason}, date: 2026-11-26 }\n`;
  write("releases/etcd/images.yaml", "- name: etcd\n  dmap: {}\n");
  commit("releases/etcd/withdrawn.yaml", entry("mine"), "mallory");
  const isHidden = async (mergedBy: string, mergedSince: string) => {
    const { stdout } = await run({ json: true, mergedBy, mergedSince });
    return JSON.parse(stdout).removals !== undefined;
  };
  expect(await isHidden("mallory", "first")).toBe(false);
  commit("note", "2", "alice");
  expect(await isHidden("alice", "mallory")).toBe(false);
  expect(await isHidden("alice", "")).toBe(false);
  expect(await isHidden("alice", "0".repeat(40))).toBe(false);
  commit("releases/etcd/withdrawn.yaml", entry("checked"), "again");
  expect(await isHidden("alice", "alice")).toBe(true);
});
