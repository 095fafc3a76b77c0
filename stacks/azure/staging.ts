import type { Construct } from "constructs";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzureStaging } from "../../constructs/staging/azure";
import type { StagingArea } from "../../inventory/inventory";
import { bootstrapResourceGroupName, plannerName, promoterName, stagingResourceGroupName } from "../../inventory/names";
import { hasPlanner } from "../has-planner";
import { hasPromoter } from "../has-promoter";
import { AzureStack, type AzureStackProps } from "./azure-stack";
import { foundationLocation } from "./foundation-location";

/** Properties of `AzureStagingStack`. */
export interface AzureStagingStackProps extends AzureStackProps {
  /** The provider's staging areas. */
  readonly areas: readonly StagingArea[];
}

/** The staging areas at one Azure provider. */
export class AzureStagingStack extends AzureStack {
  constructor(scope: Construct, id: string, props: AzureStagingStackProps) {
    super(scope, id, props);
    const { inventory, provider, areas } = props;
    const [project, key] = [inventory.project.name, provider.key];
    const { resourceGroup } = new AzureFoundation(this, "foundation", {
      resourceGroup: stagingResourceGroupName(project, key),
      location: foundationLocation(provider),
      tags: this.tags,
    });
    const identityOf = (name: string) => ({ name, resourceGroup: bootstrapResourceGroupName(project, key) });
    const readers = {
      ...(hasPromoter(inventory) && { promoter: identityOf(promoterName(project, key)) }),
      ...(hasPlanner(inventory) && { planner: identityOf(plannerName(project, key)) }),
    };
    for (const { registry, bucket, ...area } of areas) {
      new AzureStaging(this, area.project, {
        ...area,
        resourceGroup,
        tags: this.tags,
        registry: registry?.name,
        account: bucket?.name,
        readers,
      });
    }
  }
}
