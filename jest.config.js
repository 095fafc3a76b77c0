/** Tests run as plain transpiled TypeScript: `tsc` checks the types once, for all files. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/test/peers/"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  // On two cores Jest would use one: its default leaves one to whoever waits at the terminal.
  maxWorkers: "100%",
  // A machine that does other things at the same time is slow, not wrong: the limit is there to end what hangs.
  testTimeout: 60_000,
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out"],
};
