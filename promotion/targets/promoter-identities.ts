import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory, Provider } from "../../inventory/inventory";
import { promoterName } from "../../inventory/names";
import type { Identities } from "../../stores/credentials/cloud-credentials";

/**
 * The identity that promotes at a provider, unless the environment names another one, as the layer `bootstrap` creates it: at AWS a
 * role, at Azure an identity whose ids `deployed.yaml` has. Google's files of credentials name theirs.
 */
export function promoterIdentities(
  { project, promotion }: Inventory,
  facts: DeployedFacts,
  provider: Provider,
): Identities {
  const { github, cloudRun } = promotion.runsIn;
  if (github === undefined && cloudRun === undefined) return {};
  switch (provider.cloud) {
    case "aws": {
      const partition = provider.stateRegion.startsWith("cn-") ? "aws-cn" : "aws";
      return { awsRole: `arn:${partition}:iam::${provider.account}:role/${promoterName(project.name, provider.key)}` };
    }
    case "azure": {
      const { client, tenant } = facts[provider.key]?.promoter ?? {};
      return client === undefined || tenant === undefined ? {} : { azure: { client, tenant } };
    }
    default:
      return {};
  }
}
