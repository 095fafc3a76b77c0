import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory, Provider } from "../../inventory/inventory";
import { plannerName, promoterName } from "../../inventory/names";
import type { Identities } from "../../stores/credentials/cloud-credentials";
import type { PromotionRole } from "./promotion-role";

/**
 * The identity that promotes or plans at a provider, unless the environment names another one, as the layer `bootstrap` creates it: at
 * AWS a role, at Azure an identity whose ids `deployed.yaml` has. Google's files of credentials name theirs.
 */
export function usualIdentities(
  { project, promotion }: Inventory,
  facts: DeployedFacts,
  provider: Provider,
  role: PromotionRole,
): Identities {
  const { github, cloudRun } = promotion.runsIn;
  if (role === "none" || (github === undefined && cloudRun === undefined)) return {};
  switch (provider.cloud) {
    case "aws": {
      const partition = provider.stateRegion.startsWith("cn-") ? "aws-cn" : "aws";
      const nameOf = role === "planner" ? plannerName : promoterName;
      return { awsRole: `arn:${partition}:iam::${provider.account}:role/${nameOf(project.name, provider.key)}` };
    }
    case "azure": {
      const { client, tenant } = facts[provider.key]?.[role] ?? {};
      return client === undefined || tenant === undefined ? {} : { azure: { client, tenant } };
    }
    default:
      return {};
  }
}
