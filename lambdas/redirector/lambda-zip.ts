import { join } from "node:path";
import { buildSync } from "esbuild";
import { zipSync } from "fflate";

/** ZIP keeps local time since 1980: the first day of it, by the machine's own clock, is the same bytes in every zone. */
const epoch = new Date(1980, 0, 1);

function bundle(): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, "lambda.ts")],
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    target: "node24",
    legalComments: "none",
    absWorkingDir: __dirname,
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild gave no bundle of the redirector");
  return file.contents;
}

/** The redirector's Lambda with a routing table, as a zip: the same sources and table give the same bytes. */
export function lambdaZip(table: Uint8Array): Uint8Array {
  const options = { mtime: epoch, level: 9, os: 3, attrs: 0o644 << 16 } as const;
  return zipSync({ "index.js": [bundle(), options], "routing.table": [table, options] });
}
