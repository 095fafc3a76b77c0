import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { scripts } from "../../package.json";

const project = join(__dirname, "..", "..");
const generators = scripts.generate.match(/\S+\.ts/g) ?? [];

/** The output of the generators, by file: they run in a separate process in which nothing is written. */
function wouldBeWritten(): readonly (readonly [file: string, text: string])[] {
  const program = `
    const written = [];
    require("node:fs").writeFileSync = (file, text) => written.push([file, text]);
    for (const generator of ${JSON.stringify(generators)}) require("./" + generator);
    process.stdout.write(JSON.stringify(written));`;
  const run = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", program], {
    cwd: project,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

test("the files that `npm run generate` writes are up to date", () => {
  const written = wouldBeWritten();
  expect(written.map(([file]) => basename(file)).sort()).toEqual([
    "countries.json",
    "deployed.md",
    "metadata-names.md",
    "mirrors.md",
    "mirrors.schema.json",
    "policy.schema.json",
    "promotion-policy.md",
    "rules.md",
    "security.md",
    "world-outline.ts",
  ]);
  for (const [file, text] of written) {
    const committed = readFileSync(file, "utf8");
    // The formatter formats JSON differently.
    if (file.endsWith(".json")) expect([file, JSON.parse(committed)]).toEqual([file, JSON.parse(text)]);
    else expect(committed).toBe(text);
  }
});
