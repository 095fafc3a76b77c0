#!/usr/bin/env node
// TypeScript is run as it is: there is no build step, and so no build that could be stale.
try {
  require.resolve("tsx/cjs");
} catch {
  process.stderr.write(
    "The packages are not installed: run `npm ci` in the folder of mirrorform's own package.json.\n",
  );
  process.exit(1);
}
require("tsx/cjs");

const { mirrorform } = require("../cli/mirrorform.ts");
const { watchOutput } = require("../cli/watch-output.ts");

watchOutput();
mirrorform(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
