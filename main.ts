/** The CDKTF app, which `cdktf.json` runs: it writes what `mirrorform synth` writes. */
import { printableLines } from "./document/printable";
import { lambdaZip } from "./packaging/lambda-zip";
import { compileTable, loadProject } from "./project/load-project";
import { UnusableProject } from "./project/unusable-project";
import { fallbackTable } from "./routing/fallback-table";
import { StandInImage } from "./stacks/stand-in-image";
import { synthesize } from "./stacks/synthesize";

/** Synthesizes the project of the current folder, into the directory that CDKTF names. @returns the exit status */
export function synthesizeProject(): number {
  try {
    const project = loadProject({ inventory: "mirrors.yaml" });
    const { table, bytes } = compileTable(project);
    const { inventory, facts } = project;
    const lambda = lambdaZip(fallbackTable(table));
    synthesize({ inventory, facts, table: bytes, lambda, outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out" });
    return 0;
  } catch (error) {
    if (!(error instanceof UnusableProject || error instanceof StandInImage)) throw error;
    process.stderr.write(`${printableLines(error.message)}\n`);
    return 1;
  }
}

if (require.main === module) process.exitCode = synthesizeProject();
