import type { Construct } from "constructs";
import { AwsStaging } from "../../constructs/staging/aws";
import type { StagingArea } from "../../inventory/inventory";
import { plannerName, promoterName } from "../../inventory/names";
import { hasPlanner } from "../has-planner";
import { hasPromoter } from "../has-promoter";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsStagingStack`. */
export interface AwsStagingStackProps extends AwsStackProps {
  /** The provider's staging areas. */
  readonly areas: readonly StagingArea[];
}

/** The staging areas at one AWS provider. */
export class AwsStagingStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsStagingStackProps) {
    super(scope, id, props);
    const { inventory, provider, areas } = props;
    const [project, key] = [inventory.project.name, provider.key];
    const readers = {
      ...(hasPromoter(inventory) && { promoter: promoterName(project, key) }),
      ...(hasPlanner(inventory) && { planner: plannerName(project, key) }),
    };
    for (const { registry, bucket, ...area } of areas) {
      new AwsStaging(this, area.project, {
        ...area,
        account: provider.account,
        repositories: registry?.repositories?.map((name) => `${registry.name}/${name}`),
        bucket: bucket?.name,
        readers,
      });
    }
  }
}
