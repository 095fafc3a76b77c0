import type { AwsMirror, AwsProvider, Inventory } from "../../../inventory/inventory";
import { withoutPromotion } from "../../inventory/without-promotion";

/** A mirror with a bucket behind CloudFront, unless the changes say otherwise. */
export function awsMirror(region: string, changes: Partial<AwsMirror> = {}): AwsMirror {
  return {
    key: region,
    region,
    state: "active",
    weight: 0,
    complete: false,
    trusted: false,
    withdrawal: false,
    avoid: { asns: [], countries: [], prefixes: [] },
    serves: [],
    bucket: { name: `example-aws-${region}`, access: "cdn" },
    ...changes,
  };
}

/** A provider with these mirrors, in an account that does not exist. */
export function awsProvider(mirrors: readonly AwsMirror[], changes: Partial<AwsProvider> = {}): AwsProvider {
  return {
    key: "aws",
    cloud: "aws",
    account: "123456789012",
    stateBucket: "example-terraform-state",
    stateRegion: "us-east-2",
    networks: [],
    mirrors,
    ...changes,
  };
}

/** An inventory of one AWS provider, which also publishes the zone. */
export function awsInventory(provider: AwsProvider, changes: Partial<Inventory> = {}): Inventory {
  return {
    project: {
      name: "example",
      contact: "infra@example.org",
      info: "https://example.org/",
      privacy: "https://example.org/privacy",
    },
    hosts: [
      { name: "dl.example.org", serves: ["files"] },
      { name: "registry.example.org", serves: ["images"] },
    ],
    dns: { zone: "example.org", publishedAt: [provider.key] },
    redirector: { status: 307, runsAt: [] },
    origin: { provider: provider.key, mirror: provider.mirrors[0]?.key ?? "" },
    providers: [provider],
    ...withoutPromotion,
    ...changes,
  };
}
