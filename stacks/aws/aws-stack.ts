import { AwsProvider as AwsTerraformProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AwsProvider, Inventory } from "../../inventory/inventory";

/** What every stack at AWS is made from. */
export interface AwsStackProps {
  readonly inventory: Inventory;
  /** The provider whose stack it is. */
  readonly provider: AwsProvider;
}

/** Where what has no region is managed: IAM, CloudFront, Route 53. Every other resource says its own region. */
const globalServicesRegion = "us-east-1";

/** A stack in one AWS account, its state in a bucket of the same account, below its own id. */
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
    // Terraform 1.10 and later lock by a file in the bucket; the binding is older.
    backend.addOverride("use_lockfile", true);
    new AwsTerraformProvider(this, "aws", {
      region: globalServicesRegion,
      allowedAccountIds: [provider.account],
      defaultTags: [{ tags: { project: inventory.project.name, "managed-by": "mirrorform" } }],
    });
  }
}
