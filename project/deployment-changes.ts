import type { Complaint, Problem } from "../document/problem";
import type { RuleEntry } from "../document/rule";
import type { DeployedFacts, Deployment } from "../facts/deployed-facts";
import { storageDeploymentOf } from "../facts/deployment";
import type { CloudProvider, Inventory } from "../inventory/inventory";
import type { PlaceProblem } from "./deployment-problems";
import { projectRules } from "./project-rules";

const page = "docs/changing.md";

/** What a provider was deployed with. */
type Deployed = readonly [provider: CloudProvider, deployment: Deployment];

function complaint({ id: rule, severity }: RuleEntry, message: string, fix: string): Complaint {
  return { rule, severity, message, fix };
}

/**
 * Finds what a provider was deployed with and the inventory no longer says: the project's name, the provider's key, its account, where
 * its state is, and the zone. None of it can change in place, so each problem says how to migrate.
 *
 * @param place locates entries of the inventory
 */
export function findDeploymentChanges(inventory: Inventory, facts: DeployedFacts, place: PlaceProblem): Problem[] {
  const deployed = inventory.providers.flatMap((provider): Deployed[] => {
    const deployment = facts[provider.key]?.deployment;
    return provider.cloud === "external" || deployment === undefined ? [] : [[provider, deployment]];
  });
  return [
    ...findRenamedProject(inventory, deployed, place),
    ...findRenamedProviders(inventory, facts, place),
    ...findMovedProviders(inventory, deployed, place),
    ...findOtherZone(inventory, deployed, place),
  ];
}

function findRenamedProject({ project }: Inventory, deployed: readonly Deployed[], place: PlaceProblem): Problem[] {
  const names = new Set(deployed.flatMap(([, deployment]) => deployment.project ?? []));
  return [...names]
    .filter((name) => name !== project.name)
    .map((name) =>
      place(
        complaint(
          projectRules.projectRenamed,
          `the project is deployed as ${name}: another name would replace every store, service and address`,
          `Write \`name: ${name}\`. To rename the project, deploy it a second time beside this one: ${page}, "A new name". If deployed.yaml is another project's, empty it.`,
        ),
        ["project", "name"],
        "value",
      ),
    );
}

function findRenamedProviders({ providers }: Inventory, facts: DeployedFacts, place: PlaceProblem): Problem[] {
  return Object.entries(facts)
    .filter(([key, { deployment }]) => deployment !== undefined && !providers.some((provider) => provider.key === key))
    .map(([key]) =>
      place(
        complaint(
          projectRules.providerGone,
          `${key} is deployed, but is not here: nothing would manage its resources any more, and a provider under another key would get new ones`,
          `Restore \`${key}\`. To rename it, add the new provider beside it and retire the old one; to remove it, take the three steps: ${page}, "A provider leaves".`,
        ),
        ["providers"],
        "key",
      ),
    );
}

function findMovedProviders(inventory: Inventory, deployed: readonly Deployed[], place: PlaceProblem): Problem[] {
  return deployed.flatMap(([provider, { account, state }]) => {
    const now = storageDeploymentOf(inventory.project.name, provider);
    const fields = fieldsOf[provider.cloud];
    const path = ["providers", provider.key];
    return [
      ...(account === undefined || account === now.account
        ? []
        : [
            place(
              complaint(
                projectRules.accountChanged,
                `${provider.key} is deployed in ${account}, not in ${now.account}: everything would be created again there, empty`,
                `Write \`${fields.account}: ${JSON.stringify(account)}\`. To move, add a second provider in the new account, fill it, and retire this one: ${page}, "Another account".`,
              ),
              [...path, fields.account],
              "value",
            ),
          ]),
      ...(state === undefined || state === now.state
        ? []
        : [
            place(
              complaint(
                projectRules.stateMoved,
                `Terraform's state of ${provider.key} is in ${state}, not in ${now.state}: with an empty state, Terraform would create everything again`,
                `Write \`${fields.state}: ${state}\`. To move it, copy the state first, then change it here and in deployed.yaml together: ${page}, "Another place for the state".`,
              ),
              [...path, fields.state],
              "value",
            ),
          ]),
    ];
  });
}

/** The fields of `mirrors.yaml` by cloud. */
const fieldsOf = {
  google: { account: "project", state: "state-bucket" },
  aws: { account: "account", state: "state-bucket" },
  azure: { account: "subscription", state: "state-account" },
} as const satisfies Record<CloudProvider["cloud"], { readonly account: string; readonly state: string }>;

function findOtherZone({ dns }: Inventory, deployed: readonly Deployed[], place: PlaceProblem): Problem[] {
  const zones = new Set(
    deployed.flatMap(([{ key }, { zone }]) => (dns.publishedAt.includes(key) && zone !== undefined ? [zone] : [])),
  );
  return [...zones]
    .filter((zone) => zone !== dns.zone)
    .map((zone) =>
      place(
        complaint(
          projectRules.zoneChanged,
          `the published zone is ${zone}: with ${dns.zone} it would be destroyed, and its hosts would not resolve`,
          `Write \`zone: ${zone}\`. To publish another zone, take the steps in ${page}, "Another zone".`,
        ),
        ["dns", "zone"],
        "value",
      ),
    );
}
