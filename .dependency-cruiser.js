/**
 * Import rules. Imports go one way; everything not listed is forbidden.
 */

/** Folder, and what it may import besides itself. */
const table = {
  document: [],
  networks: ["document"],
  stores: ["document", "networks"],
  overlay: ["document"],
  inventory: ["document", "networks"],
  facts: ["document", "networks", "inventory"],
  routing: ["document", "networks", "inventory", "facts", "overlay"],
  redirector: ["document", "networks", "stores", "routing", "overlay"],
  exports: ["document", "networks", "routing"],
  lambdas: ["document", "routing", "redirector"],
  packaging: ["document", "stores"],
  constructs: ["inventory", "facts"],
  stacks: ["inventory", "facts", "constructs"],
  project: ["document", "networks", "inventory", "facts", "routing"],
  promotion: ["document", "networks", "stores", "inventory", "facts", "overlay"],
  security: [],
  generate: ["document", "inventory", "facts", "project", "promotion", "redirector", "security"],
};

/** The packages of CDKTF, which only constructs, stacks and the app may import. */
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
      comment: "the command line is the outermost layer",
      severity: "error",
      from: { pathNot: "^(cli|bin|test|bench)/" },
      to: { path: "^cli/" },
    },
    {
      name: "nobody-imports-main",
      comment: "main.ts is a program: CDKTF runs it, and nothing imports it",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^main\\.ts$" },
    },
    {
      name: "nobody-imports-programs",
      comment: "lambdas/ and generate/ hold programs: they are run or bundled, never imported",
      severity: "error",
      from: { pathNot: "^(lambdas|generate|test|bench)/" },
      to: { path: "^(lambdas|generate)/" },
    },
    {
      name: "routing-takes-facts-from-the-inventory",
      comment:
        "routing/ takes types, regions, coordinates and names from inventory/ and facts/, never their reading or rules",
      severity: "error",
      from: { path: "^(routing|redirector|lambdas|exports)/" },
      to: {
        path: "^(inventory|facts)/",
        pathNot:
          "^inventory/(inventory|metadata-names|region|country|coordinates|names)\\.ts$|^facts/deployed-facts\\.ts$|(regions|countries)\\.json$",
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
    { name: "no-circular-imports", severity: "error", from: {}, to: { circular: true } },
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
      from: { pathNot: "^(test|bench|generate)/" },
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
