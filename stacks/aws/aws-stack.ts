import { AwsProvider as AwsTerraformProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AwsProvider, Inventory } from "../../inventory/inventory";

/** Properties of all AWS stacks. */
export interface AwsStackProps {
  readonly inventory: Inventory;
  /** The provider that the stack belongs to. */
  readonly provider: AwsProvider;
}

/** The region of the global services: IAM, CloudFront, Route 53. Every other resource names its own region. */
const globalServicesRegion = "us-east-1";

/** A stack in one AWS account. Its state is in a bucket of the same account, under the id of the stack. */
export abstract class AwsStack extends TerraformStack {
  constructor(scope: Construct, id: string, { inventory, provider }: AwsStackProps) {
    super(scope, id);
    const backend = new S3Backend(this, {
      bucket: provider.stateBucket,
      key: id,
      region: provider.stateRegion,
      encrypt: true,
      allowedAccountIds: [provider.account],
    });
    // Terraform 1.10 and later lock with a file in the bucket. The binding is older.
    backend.addOverride("use_lockfile", true);
    new AwsTerraformProvider(this, "aws", {
      region: globalServicesRegion,
      allowedAccountIds: [provider.account],
      defaultTags: [{ tags: { project: inventory.project.name, "managed-by": "mirrorform" } }],
    });
  }
}
