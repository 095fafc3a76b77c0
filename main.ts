/** The CDKTF app, which `cdktf.json` runs: it writes what `mirrorform synth` writes. */
import { printableLines } from "./document/printable";
import { formatProblem } from "./document/problem";
import { RangesUnreadable } from "./networks/range-entry";
import { lambdaZip } from "./packaging/lambda-zip";
import { checkProject } from "./project/check-project";
import { compileRoutingTable } from "./routing/compile-routing-table";
import { fallbackTable } from "./routing/fallback-table";
import { decodeRoutingTable } from "./routing/routing-table";
import { StandInImage } from "./stacks/stand-in-image";
import { synthesize } from "./stacks/synthesize";

function main(): void {
  const project = checkProject({ inventory: "mirrors.yaml" }, new Date());
  for (const problem of project.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (!project.ok) process.exit(1);
  const { inventory, facts, ranges, changed } = project;
  const table = compileRoutingTable(inventory, facts, ranges, changed);
  const lambda = lambdaZip(fallbackTable(decodeRoutingTable(table)));
  synthesize({ inventory, facts, table, lambda, outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out" });
}

try {
  main();
} catch (error) {
  if (!(error instanceof RangesUnreadable || error instanceof StandInImage)) throw error;
  process.stderr.write(`${printableLines(error.message)}\n`);
  process.exitCode = 1;
}
