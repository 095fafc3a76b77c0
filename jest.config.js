/** `npm run test:long`: ten times as many cases of each property. */
const isLong = process.env.MIRRORFORM_LONG_TESTS !== undefined;

/** Tests run as plain transpiled TypeScript: `tsc` checks the types once, for all files. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/test/peers/"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  // On two cores Jest would use one: by default it leaves one core free.
  maxWorkers: "100%",
  setupFiles: isLong ? ["<rootDir>/test/property-runs.ts"] : [],
  // A machine that does other things at the same time is slow, not wrong: the timeout only stops hanging tests.
  testTimeout: isLong ? 600_000 : 60_000,
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out"],
};
