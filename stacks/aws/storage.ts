import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsBucket } from "../../constructs/bucket/aws";
import { AwsRegistry } from "../../constructs/registry/aws";
import { AwsReplication } from "../../constructs/replication/aws";
import type { AwsMirror, AwsProvider, Inventory } from "../../inventory/inventory";
import { replicationRoleName } from "../../inventory/names";
import { replicatedRegions } from "../replicated-regions";
import { storesOf } from "../stores";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** What holds artifacts at one AWS provider: a bucket or a registry for each mirror, and the copying between buckets. */
export class AwsStorageStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    const buckets = provider.mirrors.flatMap((mirror) => this.bucket(mirror));
    for (const mirror of provider.mirrors) this.registry(mirror);
    this.replication(inventory, provider, buckets);
    new TerraformOutput(this, "stores", { description: "What holds artifacts, by kind.", value: storesOf(provider) });
    new TerraformOutput(this, "distributions", {
      description: "CloudFront distributions, by the region of the bucket behind them.",
      value: Object.fromEntries(
        buckets.flatMap(({ region, domainName }) => (domainName === undefined ? [] : [[region, domainName]])),
      ),
    });
  }

  private bucket({ key, region, bucket, state }: AwsMirror): AwsBucket[] {
    if (bucket === undefined) return [];
    return [new AwsBucket(this, `bucket-${key}`, { ...bucket, region, retired: state === "retired" })];
  }

  private registry({ key, registry, state }: AwsMirror): void {
    if (registry === undefined) return;
    new AwsRegistry(this, `registry-${key}`, { ...registry, retired: state === "retired" });
  }

  private replication({ project }: Inventory, provider: AwsProvider, buckets: readonly AwsBucket[]): void {
    const copied = new Set(replicatedRegions(provider));
    const source = buckets.find(({ region }) => region === provider.primary);
    if (source === undefined || copied.size === 0) return;
    const destinations = buckets.filter(({ region }) => copied.has(region));
    new AwsReplication(this, "replication", {
      role: replicationRoleName(project.name, provider.key),
      source,
      destinations,
    });
  }
}
