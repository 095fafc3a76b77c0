import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsBucket } from "../../constructs/bucket/aws";
import { AwsPromoterAccess } from "../../constructs/promoter-access/aws";
import { readOnlyRights } from "../../constructs/promoter-access/store-rights";
import { AwsRegistry } from "../../constructs/registry/aws";
import { AwsReplication } from "../../constructs/replication/aws";
import { storageDeploymentOf } from "../../facts/deployment";
import type { AwsMirror, AwsProvider } from "../../inventory/inventory";
import { plannerName, promoterName, replicationRoleName } from "../../inventory/names";
import { hasPlanner } from "../has-planner";
import { hasPromoter } from "../has-promoter";
import { planReplication } from "../plan-replication";
import { bucketRights, registryRights } from "../plan-store-rights";
import { storesOf } from "../stores";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** The stores of one AWS provider: a bucket or registry for each mirror, and replication between the buckets. */
export class AwsStorageStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    const buckets = this.#createBuckets(provider);
    const registries = this.#createRegistries(provider);
    this.#createReplication(replicationRoleName(inventory.project.name, provider.key), provider, buckets);
    if (hasPromoter(inventory)) this.#admitPromoter(props);
    if (hasPlanner(inventory)) this.#admitPlanner(props);
    new TerraformOutput(this, "deployment", {
      description: "What all resources of the provider depend on.",
      value: storageDeploymentOf(props.inventory.project.name, provider),
    });
    new TerraformOutput(this, "stores", {
      description: "The regions with stores, by kind.",
      value: storesOf(provider),
    });
    new TerraformOutput(this, "distributions", {
      description: "CloudFront distributions, by the region of the bucket behind them.",
      value: domainNames(buckets),
    });
    this.#outputAlias(registries);
  }

  #createBuckets({ mirrors }: AwsProvider): AwsBucket[] {
    return mirrors.flatMap(({ key, region, bucket, state }) => {
      if (bucket === undefined) return [];
      return [new AwsBucket(this, `bucket-${key}`, { ...bucket, region, retired: state === "retired" })];
    });
  }

  #createRegistries({ mirrors }: AwsProvider): AwsRegistry[] {
    return mirrors.flatMap(({ key, registry, state }) => {
      if (registry === undefined) return [];
      return [new AwsRegistry(this, `registry-${key}`, { ...registry, retired: state === "retired" })];
    });
  }

  /** All public registries of an account have the same alias. */
  #outputAlias(registries: readonly AwsRegistry[]): void {
    const alias = registries.map((registry) => registry.alias).find((each) => each !== undefined);
    if (alias === undefined) return;
    new TerraformOutput(this, "alias", { description: "The alias of the account's public registry.", value: alias });
  }

  #createReplication(role: string, provider: AwsProvider, buckets: readonly AwsBucket[]): void {
    const replication = planReplication(provider, buckets);
    if (replication !== undefined) new AwsReplication(this, "replication", { role, ...replication });
  }

  #admitPromoter({ inventory, provider }: AwsStackProps): void {
    const role = promoterName(inventory.project.name, provider.key);
    const { account } = provider;
    for (const mirror of keptMirrors(provider)) {
      const { key, bucket, registry } = mirror;
      new AwsPromoterAccess(this, `promoter-${key}`, {
        role,
        mirror: key,
        ...(bucket && { bucket: { name: bucket.name, rights: bucketRights(inventory, provider, mirror) } }),
        ...(registry && { registry: { account, ...registry, rights: registryRights(mirror) } }),
      });
    }
  }

  #admitPlanner({ inventory, provider }: AwsStackProps): void {
    const role = plannerName(inventory.project.name, provider.key);
    const rights = readOnlyRights;
    for (const { key, bucket, registry } of keptMirrors(provider)) {
      new AwsPromoterAccess(this, `planner-${key}`, {
        role,
        verb: "plan",
        mirror: key,
        ...(bucket && { bucket: { name: bucket.name, rights } }),
        ...(registry && { registry: { account: provider.account, ...registry, rights } }),
      });
    }
  }
}

function keptMirrors({ mirrors }: AwsProvider): readonly AwsMirror[] {
  return mirrors.filter(({ state }) => state !== "retired");
}

function domainNames(buckets: readonly AwsBucket[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    buckets.flatMap(({ region, domainName }) => (domainName === undefined ? [] : [[region, domainName]])),
  );
}
