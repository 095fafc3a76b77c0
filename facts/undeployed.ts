import type { ArtifactKind, CloudProvider, Inventory } from "../inventory/inventory";
import { type DeployedFacts, isListed, type ProviderFacts, type StoreKind } from "./deployed-facts";

/** A part of `deployed.yaml` that is incomplete. */
export type Awaited = "stores" | "distributions";

/** A mirror that is not deployed or not filled yet, according to `deployed.yaml`. */
export interface UndeployedMirror {
  readonly provider: string;
  readonly mirror: string;
  /** Stores not listed yet; empty if only the distribution is missing. */
  readonly unlisted: readonly StoreKind[];
  /** Whether it is behind CloudFront and the distribution's name is not known. */
  readonly awaitsDistribution: boolean;
}

/** The stores that clients can be sent to: the registries of AWS and Azure require a token even from anonymous clients. */
function servingStores({ cloud }: CloudProvider, mirror: CloudProvider["mirrors"][number]): StoreKind[] {
  return [
    ...(mirror.bucket === undefined ? [] : (["bucket"] as const)),
    ...(mirror.registry === undefined || cloud !== "google" ? [] : (["registry"] as const)),
  ];
}

function findOfMirror(
  provider: CloudProvider,
  mirror: CloudProvider["mirrors"][number],
  facts: ProviderFacts | undefined,
): UndeployedMirror[] {
  if (mirror.state === "retired") return [];
  const unlisted = servingStores(provider, mirror).filter((kind) => !isListed(facts, kind, mirror.region));
  const isBehindCdn = mirror.bucket !== undefined && "access" in mirror.bucket && mirror.bucket.access === "cdn";
  const awaitsDistribution = isBehindCdn && facts?.distributions?.[mirror.region] === undefined;
  if (unlisted.length === 0 && !awaitsDistribution) return [];
  return [{ provider: provider.key, mirror: mirror.key, unlisted, awaitsDistribution }];
}

/** Finds the mirrors at clouds that get no or only some clients until `deployed.yaml` is complete. */
export function findUndeployedMirrors({ providers }: Inventory, facts: DeployedFacts): UndeployedMirror[] {
  return providers.flatMap((provider) =>
    provider.cloud === "external"
      ? []
      : provider.mirrors.flatMap((mirror) => findOfMirror(provider, mirror, facts[provider.key])),
  );
}

/** What the origin cannot serve yet, and what it waits for. */
export interface UndeployedOrigin {
  readonly kinds: readonly ArtifactKind[];
  readonly stores: readonly StoreKind[];
  readonly awaits: readonly Awaited[];
}

const storeOf: Readonly<Record<ArtifactKind, StoreKind>> = { files: "bucket", images: "registry" };

/** Finds what hosts serve but the origin cannot serve yet; undefined if nothing is missing. */
export function findUndeployedOrigin(inventory: Inventory, facts: DeployedFacts): UndeployedOrigin | undefined {
  const { origin, hosts } = inventory;
  const found = findUndeployedMirrors(inventory, facts).find(
    ({ provider, mirror }) => provider === origin.provider && mirror === origin.mirror,
  );
  if (found === undefined) return undefined;
  const { unlisted, awaitsDistribution } = found;
  const served = [...new Set(hosts.flatMap(({ serves }) => serves))].sort();
  const isAwaited = (kind: ArtifactKind) =>
    unlisted.includes(storeOf[kind]) || (kind === "files" && awaitsDistribution);
  const kinds = served.filter(isAwaited);
  if (kinds.length === 0) return undefined;
  const stores = kinds.map((kind) => storeOf[kind]).filter((kind) => unlisted.includes(kind));
  return {
    kinds,
    stores,
    awaits: [
      ...(kinds.includes("files") && awaitsDistribution ? (["distributions"] as const) : []),
      ...(stores.length > 0 ? (["stores"] as const) : []),
    ],
  };
}

/** A primary bucket that is not listed as filled while its copies are. */
export interface UndeployedPrimary {
  readonly provider: string;
  readonly region: string;
  /** The regions whose buckets are listed. */
  readonly others: readonly string[];
}

/** Finds the primaries that are not listed although other buckets of their provider are. */
export function findUndeployedPrimaries({ providers }: Inventory, facts: DeployedFacts): UndeployedPrimary[] {
  return providers.flatMap((provider) => {
    if (provider.cloud === "external" || provider.primary === undefined || provider.state !== undefined) return [];
    const { key, primary, mirrors } = provider;
    const hasBucket = (region: string) => mirrors.some((mirror) => mirror.region === region && mirror.bucket);
    const others = (facts[key]?.stores?.bucket ?? []).filter((region) => region !== primary && hasBucket(region));
    if (others.length === 0 || !hasBucket(primary) || isListed(facts[key], "bucket", primary)) return [];
    return [{ provider: key, region: primary, others }];
  });
}
