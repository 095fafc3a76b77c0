import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizeProject } from "../main";
import { checksumsOf } from "./checksums";
import { runHere, runMirrorform } from "./cli/run-mirrorform";
import { fixture } from "./routing/tables";

const root = join(__dirname, "..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-main-"));
});
afterEach(() => {
  delete process.env.CDKTF_OUTDIR;
  rmSync(folder, { recursive: true });
});

/** The small inventory, with a placeholder for the redirector's image. */
function withPlaceholder(): string {
  return fixture("small").replace(/@sha256:[0-9a-f]{64}/, `@sha256:${"0".repeat(64)}`);
}

/** An inventory whose table is over the 2 MiB that redirectors load: each of Google's networks lists the mirrors that avoid it. */
function withLargeTable(): string {
  const mirrors = Array.from({ length: 1_200 }, (_, index) => {
    return `      m${index}-${"x".repeat(24)}: { files: "https://${index}.example.net/{path}" }\n`;
  });
  const avoid = "[{ prefixes: [32.0.0.0/8, 34.0.0.0/8, 35.0.0.0/8, 104.0.0.0/8] }]";
  return `${fixture("smallest")}  donor:\n    cloud: external\n    avoid: ${avoid}\n    mirrors:\n${mirrors.join("")}`;
}

test.each<[string, () => string, number, RegExp]>([
  [
    "warnings: old ranges, stores that are not deployed",
    () => fixture("small"),
    0,
    /mirror\/not-deployed.*ranges\/stale/s,
  ],
  ["errors", () => fixture("broken/several-at-once"), 1, /\d+ errors; nothing was done\./],
  ["a placeholder for an image", withPlaceholder, 1, /which is a placeholder.*Nothing was written\./],
  ["a table that no redirector would load", withLargeTable, 1, /no redirector would load the inventory's table/],
])("`cdktf synth` and `mirrorform synth` do and report the same: %s", async (_, text, status, report) => {
  writeFileSync(join(folder, "mirrors.yaml"), text());
  process.env.CDKTF_OUTDIR = join(folder, "theirs");
  const theirs = await runHere(synthesizeProject, folder);
  const ours = await runMirrorform(["synth", "--out", "ours"], folder);
  // CDKTF shows the progress itself.
  const reported = ours.stderr.replace(/^ +\d+\/\d+ [a-z-]+\n/gm, "");
  expect(theirs).toEqual({ status, stdout: "", stderr: reported });
  expect(ours.status).toBe(status);
  expect(reported).toMatch(report);
  if (status === 0) expect(checksumsOf(join(folder, "theirs"))).toEqual(checksumsOf(join(folder, "ours")));
});

test("the app of cdktf.json is this program, and its process ends with its status", () => {
  const { app } = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8"));
  expect(app).toBe("node --import tsx main.ts");
  writeFileSync(join(folder, "mirrors.yaml"), fixture("broken/several-at-once"));
  const words = ["--import", require.resolve("tsx"), join(root, "main.ts")];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/ errors; nothing was done\.\n$/) });
});
