import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { GoogleBucket } from "../../constructs/bucket/google";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleRegistry } from "../../constructs/registry/google";
import { GoogleReplication } from "../../constructs/replication/google";
import type { GoogleProvider } from "../../inventory/inventory";
import { planReplication } from "../plan-replication";
import { storesOf } from "../stores";
import { GoogleStack, type GoogleStackProps } from "./google-stack";

type Services = readonly ITerraformDependable[];

/** The APIs that storage may need. All are enabled, so that adding a mirror enables no new API. */
const storageServices = ["artifactregistry.googleapis.com", "storage.googleapis.com", "storagetransfer.googleapis.com"];

/** The stores of one Google provider: a registry and bucket for each mirror, and replication between the buckets. */
export class GoogleStorageStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleStackProps) {
    super(scope, id, props);
    const { provider } = props;
    const { services } = new GoogleFoundation(this, "foundation", { services: storageServices });
    this.#createRegistries(provider, services);
    const buckets = this.#createBuckets(provider, services);
    this.#createReplication(provider, buckets, services);
    new TerraformOutput(this, "stores", {
      description: "The regions with stores, by kind.",
      value: storesOf(provider),
    });
  }

  #createRegistries({ repository, mirrors }: GoogleProvider, services: Services): void {
    for (const { key, region, registry, state } of mirrors) {
      if (registry === undefined) continue;
      const retired = state === "retired";
      new GoogleRegistry(this, `registry-${key}`, { repository, region, ...registry, retired, services });
    }
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
}
