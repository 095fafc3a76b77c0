/**
 * Measures the CPU time of a decision, stage by stage, in process: `npx tsx bench/decision.ts [--json]`, on Node (the one that runs this) and on Bun if it is installed. The requests are those of `bench/redirector.ts`: pulls of
 * clients in all clouds, and `/v2/`. `decide` includes `classify` and the look-up of the network. Takes half a minute.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { formatTable } from "../cli/text-table";
import { compileTable, loadProject } from "../project/load-project";
import { findTools } from "../test/peers/find-tools";
import { writeCompleteInventory } from "./complete-inventory";
import { ping, pullMix } from "./pull-mix";

/** Nanoseconds per request, by load and stage. */
type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

const pullCount = 4096;

const folder = mkdtempSync(join(tmpdir(), "mirrorform-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const place = (name: string) => join(folder, name);

function writeProgram(): void {
  buildSync({
    entryPoints: [join(__dirname, "decision-stages.ts")],
    outfile: place("stages.js"),
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  writeFileSync(place("routing.table"), compileTable(loadProject({ inventory: writeCompleteInventory(folder) })).bytes);
  writeFileSync(place("pulls.json"), JSON.stringify({ pulls: pullMix(pullCount), ping: [ping] }));
}

function measure(runtime: string): Figures {
  const args = [place("stages.js"), place("routing.table"), place("pulls.json")];
  return JSON.parse(execFileSync(runtime, args, { encoding: "utf8" })) as Figures;
}

function print(figures: Readonly<Record<string, Figures>>): void {
  const rows = Object.entries(figures).flatMap(([runtime, loads]) =>
    Object.entries(loads).map(([load, stages]) => [
      runtime,
      load,
      ...Object.values(stages).map((nanoseconds) => Math.round(nanoseconds)),
    ]),
  );
  const [loads = {}] = Object.values(figures);
  const [stages = {}] = Object.values(loads);
  console.log(formatTable(["ns per request", "load", ...Object.keys(stages)], rows));
}

async function run(): Promise<void> {
  const bun = (await findTools(["bun"], console.error)).get("bun");
  writeProgram();
  const figures = {
    [`Node ${process.version}`]: measure(process.execPath),
    ...(bun !== undefined && { Bun: measure(bun) }),
  };
  if (process.argv.includes("--json")) console.log(JSON.stringify(figures, undefined, 2));
  else print(figures);
}

run().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
