import { join } from "node:path";
import { buildSync } from "esbuild";

/** Where the programs are. */
const folder = join(__dirname, "../lambdas");

/**
 * One of the redirector's programs with all that it imports, as one file of CommonJS: the same sources give the same bytes.
 *
 * @param program its file in `lambdas/`: `lambda.ts`
 * @param target the oldest Node that it must run on: `node20`
 */
export function bundle(program: string, target: string): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, program)],
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    target,
    legalComments: "none",
    absWorkingDir: folder,
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild gave no bundle of ${program}`);
  return file.contents;
}
