import { join } from "node:path";
import { buildSync } from "esbuild";

/** The folder of the redirector's programs. */
const folder = join(__dirname, "../lambdas");

/**
 * Bundles a program with everything it imports into one CommonJS file. The same sources give the same bytes.
 *
 * @param program its file, seen from `lambdas/`, such as `lambda.ts`
 * @param target the oldest Node that it must run on, such as `node20`
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
  if (!file) throw new Error(`esbuild made no bundle of ${program}`);
  return file.contents;
}
