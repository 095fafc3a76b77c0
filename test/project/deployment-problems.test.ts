import { placeAtFile } from "../../document/problem";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { findDeploymentProblems } from "../../project/deployment-problems";
import { allListed, fixture, inventoryOf, richInventory } from "../routing/tables";

const small = inventoryOf(fixture("small"));
const distributions = { "eu-west-1": "d1.cloudfront.net" };

function told(facts: DeployedFacts, inventory: Inventory = small): string[] {
  const problems = findDeploymentProblems(inventory, facts, (complaint, path) =>
    placeAtFile(path.join("."), complaint),
  );
  return problems.map(({ file, severity, rule }) => `${file} ${severity} ${rule}`);
}

/** The facts of small with all stores listed, but other buckets at one provider. */
function withBuckets(provider: string, bucket: readonly string[]): DeployedFacts {
  const facts = allListed(small, { aws: { distributions } });
  return { ...facts, [provider]: { ...facts[provider], stores: { ...facts[provider]?.stores, bucket } } };
}

test("all that is listed: nothing", () => {
  expect(told(allListed(small, { aws: { distributions } }))).toEqual([]);
});

test("each mirror that is not listed, at its own entry, and the origin", () => {
  expect(told({}).sort()).toEqual([
    "origin warning origin/not-deployed",
    "providers.aws.mirrors.eu-west-1 warning mirror/not-deployed",
    "providers.aws.mirrors.us-east-1 warning mirror/not-deployed",
    "providers.azure.mirrors.eastus warning mirror/not-deployed",
    "providers.azure.mirrors.westeurope warning mirror/not-deployed",
    "providers.google.mirrors.europe-west1 warning mirror/not-deployed",
  ]);
});

test("the origin once more, where more of it is awaited than the hosts serve", () => {
  const filesOnly = inventoryOf(fixture("small").replace("[images]", "[files]"));
  expect(told({}, filesOnly)).toContain("providers.google.mirrors.us-central1 warning mirror/not-deployed");
});

test.each<[string, DeployedFacts, string, string?]>([
  ["nothing is listed", {}, "run `mirrorform facts`, which"],
  [
    "other stores are",
    { aws: { stores: { bucket: ["eu-west-1"] } } },
    "`mirrorform facts --filled google/us-central1`",
    "origin/not-filled",
  ],
  [
    "another store of it is",
    { google: { stores: { bucket: ["us-central1"] } } },
    "`mirrorform facts --filled google/us-central1`",
  ],
])("the fix for an origin that is not listed, where %s", (_, facts, typed, id = "origin/not-deployed") => {
  const problems = findDeploymentProblems(small, facts, (complaint) => placeAtFile("mirrors.yaml", complaint));
  expect(problems.find(({ rule }) => rule === id)?.fix).toContain(typed);
});

test("dozens of one provider together", () => {
  const ofAws = told({}, richInventory()).filter((each) => each.startsWith("providers.aws"));
  expect(ofAws).toEqual(["providers.aws warning mirror/not-deployed"]);
});

test.each([
  ["the origin's", "google", ["europe-west1"], "origin"],
  ["another provider's", "azure", ["eastus"], "providers.azure.primary"],
])("%s primary that is not listed while other buckets are is an error", (_, provider, bucket, place) => {
  expect(told(withBuckets(provider, bucket))).toContain(`${place} error primary/not-deployed`);
});

test.each([
  ["no bucket is listed yet", "azure", []],
  ["only the primary is", "azure", ["westeurope"]],
])("a primary is no error where %s", (_, provider, bucket) => {
  expect(told(withBuckets(provider, bucket)).filter((each) => each.includes("error"))).toEqual([]);
});
