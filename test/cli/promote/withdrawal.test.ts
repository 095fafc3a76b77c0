import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "../../../cli/failure";
import { type PromotePlanOptions, promotePlanCommand } from "../../../cli/promote/plan";
import type { OpenedStores } from "../../../cli/promote/plan-selection";
import { promoteRollbackCommand } from "../../../cli/promote/rollback";
import { readPlan } from "../../../promotion/plan/read-plan";
import { digest } from "../../promotion/manifests/manifest-tree";
import { image, ledger } from "../../promotion/withdrawal/small-ledger";
import { MemoryBucket } from "../../stores/memory-bucket";
import { runHere } from "../run-mirrorform";

const fixture = join(__dirname, "../../fixtures/inventories/promotion.yaml");
const images = "releases/etcd/images.yaml";
const withdrawn = "releases/etcd/withdrawn.yaml";
const [one, two, three] = [digest("1"), digest("2"), digest("3")];
const list = (...rows: readonly string[]) => `# Releases\n- name: etcd\n  dmap:\n${rows.join("")}`;
const row = (of: string, tag: string) => `    "${of}": ["${tag}"] # ${tag}\n`;

let folder = "";

function git(...words: readonly string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", ["-C", folder, ...identity, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function commit(path: string, content: string): void {
  write(path, content);
  git("add", "-A");
  git("commit", "-q", "-m", "change");
}

const read = (path: string) => readFileSync(join(folder, path), "utf8");

/** Stores that hold nothing; what is in the ledger is known by it. */
function openStores(readLedger?: OpenedStores["readLedger"]): OpenedStores {
  return {
    targets: [],
    stores: {
      openSource: () => {
        throw new Error("nothing is asked");
      },
      openRepository: () => {
        throw new Error("nothing is asked");
      },
      openSourceBucket: () => ({ bucket: new MemoryBucket(), prefix: "" }),
    },
    unplaced: [],
    ...(readLedger && { readLedger }),
  };
}

function run(command: () => void | Promise<void>) {
  return runHere(async () => {
    try {
      await command();
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stderr.write(`${error.message}\n`);
      return error.status;
    }
  }, folder);
}

const options = { inventory: "mirrors.yaml", allowPrivateMirrors: true };
const plan = (more: Partial<PromotePlanOptions>, readLedger?: OpenedStores["readLedger"]) =>
  run(() => promotePlanCommand({ ...options, ...more }, () => openStores(readLedger)));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "withdrawal-"));
  copyFileSync(fixture, join(folder, "mirrors.yaml"));
  git("init", "-q");
  commit(images, list(row(one, "3.5.0")));
  commit(images, list(row(one, "3.5.0"), row(two, "3.6.0")));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a plan", () => {
  const removed = list(row(one, "3.5.0"));

  test("says what to paste where a line only vanishes, and accepts just that", async () => {
    write(images, removed);
    const { status, stdout } = await plan({ since: "HEAD" });
    expect(status).toBe(1);
    expect(stdout).toContain(`error[vanished] etcd/etcd@${two} was promoted, and no manifest names it any more`);
    const lines = stdout
      .split("\n")
      .filter((line) => line.startsWith("      "))
      .map((line) => line.slice(6));
    expect(lines[0]).toBe("images:");
    write(withdrawn, `${lines.join("\n")}\n`);
    const accepted = await plan({ since: "HEAD" });
    expect(accepted.status).toBe(0);
    expect(accepted.stdout).toMatch(/^ {2}etcd\/etcd@sha256:\w{12} \(3\.6\.0\): hidden now, deleted after /m);
    expect((await plan({ since: "HEAD", markdown: true })).stdout).toContain("**Withdrawn:**");
    const { stdout: json } = await plan({ since: "HEAD", json: true });
    expect(readPlan(json)).toMatchObject({ plan: { removals: [{ state: "hide", digest: two, reason: "WHY" }] } });
  });

  test("knows by the ledger what was promoted", async () => {
    const known = ledger([{ ...image({ repository: "etcd/etcd", digest: "0", project: "etcd" }), digest: two }]);
    write(images, removed);
    expect((await plan({ since: "HEAD" }, async () => known)).stdout).toContain("vanished");
    const never = ledger([{ ...image({ repository: "etcd/etcd", digest: "0", project: "etcd" }), digest: one }]);
    expect((await plan({ since: "HEAD" }, async () => never)).status).toBe(0);
  });

  test("allows artifacts to vanish only with kpromo's manifests", async () => {
    expect(await plan({ allowVanished: true })).toMatchObject({ status: 2 });
    write(images, removed);
    expect(await plan({ allowVanished: true, manifests: ["releases"], since: "HEAD" })).toMatchObject({ status: 0 });
  });
});

describe("promote rollback", () => {
  const rollBack = (name: string, reason?: string) =>
    run(() => promoteRollbackCommand(name, { ...options, ...(reason !== undefined && { reason }) }));

  test("writes the change that undoes a commit, also after later ones, and prints it", async () => {
    git("tag", "bad");
    commit(images, list(row(one, "3.5.0"), row(two, "3.6.0"), row(three, "3.7.0")));
    const { status, stdout, stderr } = await rollBack("bad", "broken");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "2 files written: review and commit it\n" });
    expect(read(images)).toBe(list(row(one, "3.5.0"), row(three, "3.7.0")));
    expect(read(withdrawn)).toMatch(
      /^images:\n- name: etcd\n {2}digest: "sha256:\w{64}"\n {2}reason: broken\n {2}date: [\d-]{10}\n$/,
    );
    expect(stdout).toContain(`--- a/${images}\n+++ b/${images}\n@@`);
    expect(stdout).toContain(`-    "${two}": ["3.6.0"] # 3.6.0`);
    git("add", "-A");
    git("commit", "-q", "-m", "rolled back");
    expect(await rollBack("HEAD")).toMatchObject({ status: 0 });
    expect(existsSync(join(folder, withdrawn))).toBe(false);
    expect(read(images)).toContain(`"${two}": ["3.6.0"]`);
    expect((await rollBack("HEAD")).stderr).toBe("there is nothing to undo\n");
  });

  test("warns of a tag that moves back, unless it is mutable", async () => {
    commit(images, list(row(one, "3.5.0"), row(two, "3.6.0"), `    "${three}": ["edge"]\n`));
    commit(images, list(row(one, "3.5.0"), `    "${two}": ["3.6.0", "edge"]\n`, `    "${three}": []\n`));
    const { status, stderr } = await rollBack("HEAD");
    expect(status).toBe(0);
    expect(read(images)).toContain(`"${three}": ["edge"]`);
    expect(stderr).toContain(
      `warning: etcd/etcd:edge is promised for ${three} again. If ${two} was promoted under this name, `,
    );
    expect(stderr).not.toContain("3.6.0");
  });

  test("writes nothing if a later commit changed the same entry", async () => {
    git("tag", "bad");
    const later = list(row(one, "3.5.0"), `    "${two}": ["3.6.0", "latest"]\n`);
    commit(images, later);
    const { status, stderr } = await rollBack("bad");
    expect(status).toBe(3);
    expect(stderr).toContain(`etcd/images.yaml: etcd@${two} has changed since that commit`);
    expect(read(images)).toBe(later);
    expect(await rollBack("nowhere")).toMatchObject({ status: 1 });
    const root = await rollBack("bad^");
    expect(root.status).toBe(1);
    expect(root.stderr).toContain("bad^: the clone has no commit before it, so there is nothing to go back to;");
  });
});
