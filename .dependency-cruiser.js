/**
 * Who may import whom: the table of the architecture, as rules. Imports go one way; what is not listed is forbidden.
 */

/** Folder, and what it may import besides itself. */
const table = {
  document: [],
  inventory: ["networks", "document"],
  networks: ["document"],
  routing: ["inventory", "networks", "document"],
  constructs: ["inventory"],
  stacks: ["constructs", "inventory"],
  lambdas: ["routing", "networks", "document"],
  exports: ["routing", "networks", "document"],
  registry: ["networks", "document"],
};

/** The packages of CDKTF, which only constructs, stacks and the app know. */
const cdktf = "node_modules/(cdktf|constructs|@cdktf)/";
const folders = Object.keys(table);

module.exports = {
  forbidden: [
    ...Object.entries(table).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `${folder}/ may import ${["itself", ...allowed].join(", ")}, and nothing else of ours`,
      severity: "error",
      from: { path: `^${folder}/` },
      to: {
        path: "^[^/]+(/|$)",
        pathNot: ["^node_modules/", "^package\\.json$", ...[folder, ...allowed].map((name) => `^${name}/`)],
        dependencyTypesNot: ["core"],
      },
    })),
    {
      name: "nobody-imports-cli",
      comment: "the command line is the outermost room",
      severity: "error",
      from: { pathNot: "^(cli|bin|test|bench)/" },
      to: { path: "^cli/" },
    },
    {
      name: "routing-takes-facts-from-the-inventory",
      comment: "routing/ takes types, regions, coordinates and names from inventory/, never its reading or its rules",
      severity: "error",
      from: { path: "^(routing|lambdas|exports)/" },
      to: {
        path: "^inventory/",
        pathNot:
          "^inventory/(inventory|deployed-facts|metadata-names|region|country|coordinates|names)\\.ts$|(regions|countries)\\.json$",
      },
    },
    {
      name: "cdktf-only-in-infrastructure",
      comment: "the redirector and the command must start without CDKTF",
      severity: "error",
      from: { path: `^(${folders.filter((name) => name !== "constructs" && name !== "stacks").join("|")})/` },
      to: { path: cdktf },
    },
    {
      name: "cdktf-deep-imports-only",
      comment: "a provider's index costs ten times the memory and the time; private modules move without notice",
      severity: "error",
      from: {},
      to: { path: ["@cdktf/provider-[a-z]+/lib/index", "cdktf/lib/private/"] },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-undeclared-packages",
      comment: "what is imported is in package.json",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["unknown", "undetermined", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-test-packages-in-the-product",
      comment: "what generates files that are committed runs here only",
      severity: "error",
      from: { pathNot: "^(test|bench)/|/generate-[a-z]+\\.ts$" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdktf\\.out|coverage|scratch|\\.peers)/" },
    moduleSystems: ["cjs", "es6"],
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["require", "node", "default"],
    },
  },
};
