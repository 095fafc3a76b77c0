import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumsOf } from "../checksums";
import { ranges } from "../routing/tables";
import { runMirrorform } from "./run-mirrorform";

const fixtures = join(__dirname, "..", "fixtures", "inventories");
const small = join(fixtures, "small.yaml");
/** An inventory, with the ranges of the tests. */
const of = (inventory: string) => ["--inventory", inventory, "--ranges", ranges];
const broken = join(fixtures, "broken", "several-at-once.yaml");
let directory: string;
/** A folder with the small inventory's stacks, synthesized once. */
let synthesized: string;

beforeAll(async () => {
  synthesized = mkdtempSync(join(tmpdir(), "mirrorform-synth-"));
  await runMirrorform(["synth", ...of(small), "--out", synthesized]);
});
afterAll(() => rmSync(synthesized, { recursive: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-cli-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("writes the same stacks every time, and only the selected ones", async () => {
  const [second, one] = [join(directory, "second"), join(directory, "one")];
  const { status, stdout } = await runMirrorform(["synth", ...of(small), "--out", second, "--json"]);
  expect(status).toBe(0);
  expect(checksumsOf(second)).toEqual(checksumsOf(synthesized));
  expect(readdirSync(synthesized).sort()).toEqual(["manifest.json", "stacks"]);
  const stacks = readdirSync(join(synthesized, "stacks")).sort();
  expect(
    JSON.parse(stdout)
      .map(({ name }: { name: string }) => name)
      .sort(),
  ).toEqual(stacks);
  await runMirrorform(["synth", ...of(small), "--out", one, "--stack", "aws-storage"]);
  expect(readdirSync(join(one, "stacks"))).toEqual(["aws-storage"]);
  await runMirrorform(["synth", ...of(small), "--out", one, "--stack", "aws-dns"]);
  expect(readdirSync(join(one, "stacks")).sort()).toEqual(["aws-dns", "aws-storage"]);
  expect(Object.keys(JSON.parse(readFileSync(join(one, "manifest.json"), "utf8")).stacks)).toHaveLength(2);
});

test("replaces only its own files: Terraform's stay, and stacks that are no longer planned are removed", async () => {
  const stacks = join(directory, "out", "stacks");
  const synth = (inventory: string) => runMirrorform(["synth", ...of(inventory), "--out", join(directory, "out")]);
  cpSync(synthesized, join(directory, "out"), { recursive: true });
  writeFileSync(join(stacks, "aws-dns", ".terraform.lock.hcl"), "");
  writeFileSync(join(stacks, "azure-storage", "terraform.tfstate"), "");
  await synth(join(fixtures, "smallest.yaml"));
  expect(readdirSync(stacks).sort()).toEqual([
    "aws-dns",
    "azure-storage",
    "google-bootstrap",
    "google-dns",
    "google-redirector",
    "google-storage",
  ]);
  expect(readdirSync(join(stacks, "aws-dns"))).toEqual([".terraform.lock.hcl"]);
  await synth(small);
  expect(readdirSync(join(stacks, "aws-dns")).sort()).toEqual([".terraform.lock.hcl", "cdk.tf.json"]);
});

describe("the redirector's image at Google", () => {
  const withImage = (image: string | undefined) => {
    const text = readFileSync(small, "utf8").replace(
      /^ {2}image: .*\n/m,
      image === undefined ? "" : `  image: ${image}\n`,
    );
    const file = join(directory, "mirrors.yaml");
    writeFileSync(file, text);
    return file;
  };
  const zeros = `registry.example.org/redirector@sha256:${"0".repeat(64)}`;

  test("if it is missing: a warning, and all stacks but one", async () => {
    const inventory = withImage(undefined);
    const out = join(directory, "out");
    const { status, stderr } = await runMirrorform(["synth", ...of(inventory), "--out", out]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/mirrors\.yaml:\d+:\d+ warning\[redirector\/image-missing\]/);
    expect(readdirSync(join(out, "stacks")).sort()).toEqual([
      "aws-bootstrap",
      "aws-dns",
      "aws-redirector",
      "aws-storage",
      "azure-bootstrap",
      "azure-storage",
      "google-bootstrap",
      "google-dns",
      "google-storage",
    ]);
  });

  test("if it is a placeholder: validate warns, and synth refuses only the stack that would run it", async () => {
    const inventory = withImage(zeros);
    const out = join(directory, "out");
    const validated = await runMirrorform(["validate", ...of(inventory)]);
    expect(validated.status).toBe(0);
    expect(validated.stdout).toMatch(/mirrors\.yaml:\d+:10 warning\[redirector\/image-stand-in\]/);
    const refused = await runMirrorform(["synth", ...of(inventory), "--out", out]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("google-redirector cannot be planned: redirector.image has a digest of zeros");
    expect(existsSync(out)).toBe(false);
    const others = await runMirrorform(["synth", ...of(inventory), "--out", out, "--stack", "google-storage"]);
    expect(others.status).toBe(0);
    expect(readdirSync(join(out, "stacks"))).toEqual(["google-storage"]);
  });
});

test("a directory that cannot be written: exit 1, without a stack trace", async () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  for (const words of [
    ["synth", "--out", file],
    ["table", "--out", join(directory, "none", "table")],
  ]) {
    const { status, stderr } = await runMirrorform([...words, ...of(small)]);
    expect(status).toBe(1);
    expect(stderr).toContain("choose another file or directory");
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

test("an inventory with errors: exit 1, nothing written", async () => {
  const out = join(directory, "out");
  const { status, stderr } = await runMirrorform(["synth", "--inventory", broken, "--out", out]);
  expect(status).toBe(1);
  expect(stderr).toContain("nothing was done");
  expect(existsSync(out)).toBe(false);
});

test("an unknown stack: exit 2, listing the known ones", async () => {
  const { status, stderr } = await runMirrorform(["synth", ...of(small), "--out", directory, "--stack", "aws"]);
  expect(status).toBe(2);
  expect(stderr).toContain("unknown stack aws; the stacks are aws-bootstrap, aws-storage, aws-dns");
});
