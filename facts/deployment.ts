import type { CloudProvider, Inventory } from "../inventory/inventory";
import type { Deployment } from "./deployed-facts";

/** What all resources of a provider depend on, as the inventory says it. `zone` only if the provider publishes it. */
export function deploymentOf(
  { project, dns }: Pick<Inventory, "project" | "dns">,
  provider: CloudProvider,
): Deployment {
  return {
    ...storageDeploymentOf(project.name, provider),
    ...(dns.publishedAt.includes(provider.key) && { zone: dns.zone }),
  };
}

/** The part that the storage stack knows: every provider at a cloud has one. @param project the project's name */
export function storageDeploymentOf(project: string, provider: CloudProvider): Omit<Required<Deployment>, "zone"> {
  return { project, account: accountOf(provider), state: statePlaceOf(provider) };
}

/** The AWS account, Google project or Azure subscription. */
function accountOf(provider: CloudProvider): string {
  switch (provider.cloud) {
    case "google":
      return provider.project;
    case "aws":
      return provider.account;
    case "azure":
      return provider.subscription;
  }
}

/** The bucket (at Azure: the storage account) of Terraform's state. */
function statePlaceOf(provider: CloudProvider): string {
  return provider.cloud === "azure" ? provider.stateAccount : provider.stateBucket;
}
