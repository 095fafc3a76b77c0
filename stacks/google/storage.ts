import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { GoogleBucket } from "../../constructs/bucket/google";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GooglePromoterAccess } from "../../constructs/promoter-access/google";
import { readOnlyRights } from "../../constructs/promoter-access/store-rights";
import { GoogleRegistry } from "../../constructs/registry/google";
import { GoogleReplication } from "../../constructs/replication/google";
import { storageDeploymentOf } from "../../facts/deployment";
import type { GoogleProvider } from "../../inventory/inventory";
import { hasPlanner } from "../has-planner";
import { hasPromoter } from "../has-promoter";
import { planReplication } from "../plan-replication";
import { bucketRights, registryRights } from "../plan-store-rights";
import { storesOf } from "../stores";
import { GoogleStack, type GoogleStackProps } from "./google-stack";
import { plannerMember } from "./planner-member";
import { promoterMember } from "./promoter-member";

type Services = readonly ITerraformDependable[];

/** The APIs that storage may need. All are enabled, so that adding a mirror enables no new API. */
const storageServices = ["artifactregistry.googleapis.com", "storage.googleapis.com", "storagetransfer.googleapis.com"];

/** The stores of one Google provider: a registry and bucket for each mirror, and replication between the buckets. */
export class GoogleStorageStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleStackProps) {
    super(scope, id, props);
    const { provider } = props;
    const { services } = new GoogleFoundation(this, "foundation", { services: storageServices });
    const registries = this.#createRegistries(provider, services);
    const buckets = this.#createBuckets(provider, services);
    this.#createReplication(provider, buckets, services);
    if (hasPromoter(props.inventory)) this.#admitPromoter(props, registries, buckets);
    if (hasPlanner(props.inventory)) this.#admitPlanner(props, buckets);
    new TerraformOutput(this, "deployment", {
      description: "What all resources of the provider depend on.",
      value: storageDeploymentOf(props.inventory.project.name, provider),
    });
    new TerraformOutput(this, "stores", {
      description: "The regions with stores, by kind.",
      value: storesOf(provider),
    });
  }

  #createRegistries({ repository, mirrors }: GoogleProvider, services: Services): GoogleRegistry[] {
    return mirrors.flatMap(({ key, region, registry, state }) => {
      if (registry === undefined) return [];
      const retired = state === "retired";
      return [new GoogleRegistry(this, `registry-${key}`, { repository, region, ...registry, retired, services })];
    });
  }

  #createBuckets({ mirrors }: GoogleProvider, services: Services): GoogleBucket[] {
    return mirrors.flatMap(({ key, region, bucket, state }) => {
      if (bucket === undefined) return [];
      return [new GoogleBucket(this, `bucket-${key}`, { ...bucket, region, retired: state === "retired", services })];
    });
  }

  #createReplication(provider: GoogleProvider, buckets: readonly GoogleBucket[], services: Services): void {
    const replication = planReplication(provider, buckets);
    if (replication !== undefined) new GoogleReplication(this, "replication", { ...replication, services });
  }

  #admitPromoter(
    { inventory, provider }: GoogleStackProps,
    registries: readonly GoogleRegistry[],
    buckets: readonly GoogleBucket[],
  ): void {
    const member = promoterMember(inventory, provider);
    for (const mirror of provider.mirrors.filter(({ state }) => state !== "retired")) {
      const { key, region } = mirror;
      const registry = registries.find((each) => each.region === region);
      const bucket = buckets.find((each) => each.region === region);
      new GooglePromoterAccess(this, `promoter-${key}`, {
        member,
        ...(registry && { registry: { repository: registry.name, region, rights: registryRights(mirror) } }),
        ...(bucket && { bucket: { name: bucket.name, rights: bucketRights(inventory, provider, mirror) } }),
      });
    }
  }

  /** Everyone may read registries, and objects by their names. Only lists of objects need a grant. */
  #admitPlanner({ inventory, provider }: GoogleStackProps, buckets: readonly GoogleBucket[]): void {
    const member = plannerMember(inventory, provider);
    for (const { key, region, state } of provider.mirrors) {
      const bucket = state === "retired" ? undefined : buckets.find((each) => each.region === region);
      if (bucket === undefined) continue;
      new GooglePromoterAccess(this, `planner-${key}`, {
        member,
        bucket: { name: bucket.name, rights: readOnlyRights },
      });
    }
  }
}
