#!/usr/bin/env node
// TypeScript is run as it is: there is no build step, and so no build that could be stale.
require("tsx/cjs");

const { mirrorform } = require("../cli/mirrorform.ts");
const { watchOutput } = require("../cli/watch-output.ts");

watchOutput();
mirrorform(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
