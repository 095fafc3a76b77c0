import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { allListed, fixture, inventoryOf, ranges } from "../routing/tables";
import { runMirrorform } from "./run-mirrorform";

let folder: string;
const small = fixture("small");
const distributions = { "eu-west-1": "d111111abcdef8.cloudfront.net" };

function git(...words: readonly string[]): string {
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", ["-C", folder, ...author, ...words], { encoding: "utf8" });
}

const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", "a change");
}

const validate = (...words: readonly string[]) => runMirrorform(["validate", "--ranges", ranges, ...words], folder);

/** The errors compared with the base, as `FILE:LINE rule`. */
async function errors(base = "HEAD"): Promise<string[]> {
  const { stdout } = await validate("--base", base, "--json");
  const { problems } = JSON.parse(stdout) as {
    problems: { file: string; line: number; rule: string; severity: string }[];
  };
  return problems
    .filter(({ severity }) => severity === "error")
    .map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-base-"));
  git("init", "--quiet");
  write("mirrors.yaml", small);
  write("deployed.yaml", stringify(allListed(inventoryOf(small), { aws: { distributions } })));
  commit();
});

afterEach(() => rmSync(folder, { recursive: true }));

test("no change: no error", async () => {
  const { status, stderr } = await validate("--base", "HEAD");
  expect([status, stderr]).toEqual([0, expect.stringContaining("0 errors")]);
});

test("a lost file is an error with its fix, which only the comparison sees", async () => {
  rmSync(join(folder, "deployed.yaml"));
  expect((await validate()).status).toBe(0);
  const { status, stdout } = await validate("--base", "main");
  expect([status, stdout]).toEqual([
    1,
    expect.stringContaining("deployed.yaml:1:1 error[facts/lost] everything that was deployed"),
  ]);
  const [, restore = ""] = /`(git checkout [0-9a-f]{12} -- deployed.yaml)`/.exec(stdout) ?? [];
  execFileSync("sh", ["-c", restore], { cwd: folder, stdio: "pipe" });
  expect(await errors()).toEqual([]);
});

test("a lost store is an error at the list that it was in", async () => {
  const text = readFileSync(join(folder, "deployed.yaml"), "utf8");
  write("deployed.yaml", text.replace("      - eastus\n", ""));
  expect(await errors()).toEqual([expect.stringMatching(/^deployed.yaml:\d+ facts\/lost$/)]);
});

test("another project name is an error even if deployed.yaml did not say what was deployed", async () => {
  write("mirrors.yaml", small.replace("name: artifacts\n", "name: renamed\n"));
  expect((await validate()).status).toBe(0);
  expect(await errors()).toContain("mirrors.yaml:4 project/renamed");
});

test("the state's place may change in both files together", async () => {
  const moved = small.replace("    cloud: aws\n", "    cloud: aws\n    state-bucket: elsewhere\n");
  write("mirrors.yaml", moved);
  expect(await errors()).toEqual([expect.stringMatching(/provider\/state-moved$/)]);
  const facts = { aws: { distributions, deployment: { state: "elsewhere" } } };
  write("deployed.yaml", stringify(allListed(inventoryOf(moved), facts)));
  expect(await errors()).toEqual([]);
});

describe("the origin or a primary moves", () => {
  const withStore = small.replace(
    "      europe-west1: {",
    "      us-east1: { registry: {}, bucket: {} }\n      europe-west1: {",
  );
  const moved = withStore
    .replace("origin: google/us-central1", "origin: google/us-east1")
    .replace("primary: us-central1", "primary: us-east1");
  const filled = (text: string) => stringify(allListed(inventoryOf(text), { aws: { distributions } }));

  test("in two changes: first filled, then switched", async () => {
    write("mirrors.yaml", withStore);
    write("deployed.yaml", filled(withStore));
    expect(await errors()).toEqual([]);
    commit();
    write("mirrors.yaml", moved);
    expect(await errors()).toEqual([]);
  });

  test("in one change it is an error", async () => {
    write("mirrors.yaml", moved);
    write("deployed.yaml", filled(moved));
    expect(await errors()).toEqual([expect.stringMatching(/ primary\/moved-at-once$/)]);
  });

  test("to a store that is not listed at all it is an error without a base, too", async () => {
    write("mirrors.yaml", moved);
    const { status, stdout } = await validate();
    expect([status, stdout]).toEqual([1, expect.stringContaining("origin/not-filled")]);
  });

  test("another provider's primary", async () => {
    const all = readFileSync(join(folder, "deployed.yaml"), "utf8");
    write("deployed.yaml", all.replace("      - eu-west-1\n", ""));
    git("commit", "--quiet", "--all", "--message", "not filled yet");
    write("mirrors.yaml", small.replace("primary: us-east-1", "primary: eu-west-1"));
    write("deployed.yaml", all);
    expect(await errors()).toEqual([expect.stringMatching(/ primary\/moved-at-once$/)]);
  });
});

test("a base that today's rules refuse is a warning, and explains nothing", async () => {
  write("mirrors.yaml", small.replace("origin: google/us-central1", "origin: nobody"));
  commit();
  write("mirrors.yaml", small);
  const { status, stdout } = await validate("--base", "HEAD");
  expect([status, stdout]).toEqual([0, expect.stringContaining("warning[base/unreadable] mirrors.yaml of")]);
});

test("a base that has neither file: nothing is lost", async () => {
  git("rm", "--quiet", "--cached", "mirrors.yaml", "deployed.yaml");
  git("commit", "--quiet", "--allow-empty", "--message", "empty");
  expect(await errors()).toEqual([]);
});

test.each(["no-such-branch", "--upload-pack=x"])("a base of %s: exit 1, one line", async (base) => {
  const { status, stderr } = await validate(`--base=${base}`);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^there is no commit .*git fetch --unshallow`\n$/)]);
});
