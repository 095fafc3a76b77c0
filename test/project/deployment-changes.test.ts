import { placeAtFile } from "../../document/problem";
import type { DeployedFacts } from "../../facts/deployed-facts";
import { deploymentOf } from "../../facts/deployment";
import { findDeploymentChanges } from "../../project/deployment-changes";
import { fixture, inventoryOf } from "../routing/tables";

const text = fixture("small");
const small = inventoryOf(text);

/** The small inventory, deployed as it is. */
const deployed: DeployedFacts = Object.fromEntries(
  small.providers.flatMap((provider) =>
    provider.cloud === "external" ? [] : [[provider.key, { deployment: deploymentOf(small, provider) }]],
  ),
);

function told(changed: string, facts: DeployedFacts = deployed): string[] {
  const problems = findDeploymentChanges(inventoryOf(changed), facts, (complaint, path) =>
    placeAtFile(path.join("."), complaint),
  );
  for (const { severity, fix } of problems)
    expect([severity, fix]).toEqual(["error", expect.stringMatching(/docs\/changing\.md/)]);
  return problems.map(({ file, rule }) => `${file} ${rule}`);
}

test("what each provider is deployed with", () => {
  expect(deployed).toEqual({
    google: {
      deployment: {
        project: "artifacts",
        account: "artifacts-example",
        state: "artifacts-gcp-terraform-state",
        zone: "example.org",
      },
    },
    aws: {
      deployment: {
        project: "artifacts",
        account: "123456789012",
        state: "artifacts-aws-terraform-state",
        zone: "example.org",
      },
    },
    azure: {
      deployment: {
        project: "artifacts",
        account: "00000000-0000-0000-0000-000000000000",
        state: expect.stringMatching(/^artifac[a-z0-9]+$/),
      },
    },
  });
});

test.each<[string, (before: string) => string, readonly string[]]>([
  ["nothing", (before) => before, []],
  ["a contact", (before) => before.replace("infra-leads@", "others@"), []],
  [
    "the project's name, and with it where the state is",
    (before) => before.replace("name: artifacts\n", "name: renamed\n"),
    [
      "project.name project/renamed",
      "providers.aws.state-bucket provider/state-moved",
      "providers.azure.state-account provider/state-moved",
      "providers.google.state-bucket provider/state-moved",
    ],
  ],
  [
    "an account",
    (before) => before.replace('"123456789012"', '"210987654321"'),
    ["providers.aws.account provider/account-changed"],
  ],
  [
    "a subscription",
    (before) => before.replace("00000000-0000-0000", "00000000-0000-0001"),
    ["providers.azure.subscription provider/account-changed"],
  ],
  [
    "a project at Google",
    (before) => before.replace("project: artifacts-example", "project: artifacts-other"),
    ["providers.google.project provider/account-changed"],
  ],
  [
    "a state bucket",
    (before) => before.replace("    cloud: aws\n", "    cloud: aws\n    state-bucket: elsewhere\n"),
    ["providers.aws.state-bucket provider/state-moved"],
  ],
  ["a provider's key", (before) => before.replace("\n  azure:\n", "\n  microsoft:\n"), ["providers provider/gone"]],
  [
    "the zone",
    (before) =>
      before.replace(/(registry|dl)\.example\.org/g, "$1.mirrors.example.org").replace("zone: ", "zone: mirrors."),
    ["dns.zone dns/zone-changed"],
  ],
  ["who publishes the zone", (before) => before.replace("published-at: [google, aws]", "published-at: [aws]"), []],
])("a change of %s", (_, change, expected) => {
  expect(told(change(text)).sort()).toEqual(expected);
});

test("what is not known to be deployed may change", () => {
  const changed = text.replace("name: artifacts\n", "name: renamed\n").replace("\n  azure:\n", "\n  microsoft:\n");
  expect(told(changed, {})).toEqual([]);
  expect(told(changed, { azure: { stores: { bucket: ["westeurope"] } }, aws: { deployment: {} } })).toEqual([]);
});
