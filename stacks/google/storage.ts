import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { GoogleBucket } from "../../constructs/bucket/google";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleRegistry } from "../../constructs/registry/google";
import { GoogleReplication } from "../../constructs/replication/google";
import type { GoogleMirror, GoogleProvider } from "../../inventory/inventory";
import { replicatedRegions } from "../replicated-regions";
import { storesOf } from "../stores";
import { GoogleStack, type GoogleStackProps } from "./google-stack";

/** The APIs that storage needs; all of them, so that a mirror more is no API more. */
const SERVICES = ["artifactregistry.googleapis.com", "storage.googleapis.com", "storagetransfer.googleapis.com"];

/** What holds artifacts at one Google provider: a registry and a bucket for each mirror, and the copying of buckets. */
export class GoogleStorageStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleStackProps) {
    super(scope, id, props);
    const { provider } = props;
    const foundation = new GoogleFoundation(this, "foundation", { services: SERVICES });
    for (const mirror of provider.mirrors) this.registry(provider, mirror, foundation);
    const buckets = provider.mirrors.flatMap((mirror) => this.bucket(mirror, foundation));
    this.replication(provider, buckets, foundation);
    new TerraformOutput(this, "stores", { description: "What holds artifacts, by kind.", value: storesOf(provider) });
  }

  private registry({ repository }: GoogleProvider, mirror: GoogleMirror, { services }: GoogleFoundation): void {
    const { key, region, registry, state } = mirror;
    if (registry === undefined) return;
    const retired = state === "retired";
    new GoogleRegistry(this, `registry-${key}`, { repository, region, ...registry, retired, services });
  }

  private bucket({ key, region, bucket, state }: GoogleMirror, { services }: GoogleFoundation): GoogleBucket[] {
    if (bucket === undefined) return [];
    return [new GoogleBucket(this, `bucket-${key}`, { ...bucket, region, retired: state === "retired", services })];
  }

  private replication(
    provider: GoogleProvider,
    buckets: readonly GoogleBucket[],
    { services }: GoogleFoundation,
  ): void {
    const copied = new Set(replicatedRegions(provider));
    const source = buckets.find(({ region }) => region === provider.primary);
    if (source === undefined || copied.size === 0) return;
    const destinations = buckets.filter(({ region }) => copied.has(region));
    new GoogleReplication(this, "replication", { source, destinations, services });
  }
}
