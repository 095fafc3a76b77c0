/**
 * Measures how long a cold process takes to synthesize the rich inventory of the tests, compared with a process that
 * only loads CDKTF and the three providers' bindings: `npx tsx bench/synthesis.ts [--json]`. The limit is 3 seconds: a
 * synthesis is part of every review of `mirrors.yaml`, and must not delay it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTable } from "../cli/text-table";
import { median } from "./median";

const root = join(__dirname, "..");
const rounds = 5;
const limitMilliseconds = 3000;

function run(words: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

const inventory = "test/fixtures/inventories/rich/mirrors.yaml";
const out = mkdtempSync(join(tmpdir(), "mirrorform-bench-"));
const processes = [
  { name: "mirrorform synth", words: ["bin/mirrorform.js", "synth", "--inventory", inventory, "--out", out] },
  { name: "loading CDKTF and the stacks", words: ["--import", "tsx", "--eval", 'require("./stacks/add-stack.ts")'] },
  { name: "loading tsx", words: ["--import", "tsx", "--eval", ""] },
];
const taken = processes.map((): number[] => []);
// Alternately, so that a slower machine affects both.
for (let round = 0; round < rounds; round++) {
  for (const [index, { words }] of processes.entries()) taken[index]?.push(run(words));
}
rmSync(out, { recursive: true });

const figures = processes.map(({ name }, index) => ({ name, milliseconds: Math.round(median(taken[index] ?? [])) }));
const report = { node: process.version, limitMilliseconds, processes: figures };
if (process.argv.includes("--json")) {
  console.log(JSON.stringify(report, undefined, 2));
} else {
  const rows = figures.map(({ name, milliseconds }) => [
    name,
    milliseconds,
    (milliseconds / limitMilliseconds).toFixed(2),
  ]);
  process.stdout.write(formatTable(["cold process", "ms (median)", "of 3 s"], rows));
}
