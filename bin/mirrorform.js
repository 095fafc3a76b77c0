#!/usr/bin/env node
// TypeScript is run as it is: there is no build step, and so no build that could be stale.
require("tsx/cjs");

const { mirrorform } = require("../cli/mirrorform.ts");

// Whoever reads the results may have read enough (`| head`).
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

mirrorform(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
