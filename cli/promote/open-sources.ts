import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import type { PromotionRole } from "../../promotion/targets/promotion-role";
import { SourceStores } from "../../promotion/targets/source-stores";
import { StoreOpener } from "../../promotion/targets/store-opener";
import { CloudCredentials } from "../../stores/credentials/cloud-credentials";

/** What opens the stores of a project. */
export interface ProjectOpener {
  readonly opener: StoreOpener;
  readonly sources: SourceStores;
  /** Whose identities are used. */
  readonly role: PromotionRole;
}

/** Which hosts are asked. */
export interface AskedHosts {
  /** Whether manifests may name sources on loopback and in private networks. @default only public ones */
  readonly allowPrivateMirrors?: boolean;
}

/**
 * Opens the stores of a project with the credentials of the environment, or with those of a role. Nothing is requested before a store is
 * used.
 */
export function openSources(
  inventory: Inventory,
  facts: DeployedFacts,
  { allowPrivateMirrors: allowPrivate = false }: AskedHosts,
  role: PromotionRole,
): ProjectOpener {
  const environment = process.env;
  const opener = new StoreOpener(environment, new CloudCredentials(environment));
  const sources = new SourceStores({ inventory, facts, environment, opener, role, allowPrivate });
  return { opener, sources, role };
}
