import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runMirrorform } from "./run-mirrorform";

/** Files with a mirror at a university and an origin on one's own machine: from an inventory to the configuration of nginx. */
const inventory = join(__dirname, "..", "fixtures", "inventories", "own-machine.yaml");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-own-machine-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("it is valid, and has no stacks", async () => {
  expect(await runMirrorform(["validate", "--inventory", inventory])).toMatchObject({ status: 0, stdout: "" });
  const words = ["synth", "--inventory", inventory, "--out", join(folder, "out"), "--json"];
  const { status, stdout } = await runMirrorform(words);
  expect([status, JSON.parse(stdout)]).toEqual([0, []]);
  const one = await runMirrorform(["synth", "--inventory", inventory, "--stack", "aws-storage"]);
  expect([one.status, one.stderr]).toEqual([2, expect.stringContaining("so it has no stacks")]);
});

test("sends clients to the nearest mirror, and exports that to nginx", async () => {
  const words = ["explain", "/a.iso", "--from", "192.0.2.7", "--inventory", inventory, "--json"];
  const { stdout } = await runMirrorform(words);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 307,
    location: "https://mirror.example.edu/files/a.iso",
    mirror: "university/library",
  });
  const out = join(folder, "nginx.conf");
  expect(await runMirrorform(["export", "nginx", "--inventory", inventory, "--out", out])).toMatchObject({ status: 0 });
  expect(readFileSync(out, "utf8")).toContain("https://mirror.example.edu/files/");
});
