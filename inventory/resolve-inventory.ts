import type { FeedName } from "../networks/feed-name";
import { defaultFeeds } from "./default-feeds";
import type {
  Avoided,
  AwsProvider,
  AzureProvider,
  Canary,
  ExternalProvider,
  GoogleProvider,
  Host,
  Inventory,
  MirrorBase,
  NetworkClaim,
  Provider,
  Push,
} from "./inventory";
import {
  artifactRegistryRepository,
  bucketName,
  containerRegistryName,
  resourceGroupName,
  stateAccountName,
  stateBucketName,
  storageAccountName,
} from "./names";
import { omitUndefined } from "./omit-undefined";
import { resolvePipeline } from "./resolve-infrastructure";
import { resolvePromotion } from "./resolve-promotion";
import { resolveStaging } from "./resolve-staging";
import type { Mirrors } from "./schema";
import { sortByKey } from "./sort-by-key";

type Written = Mirrors["providers"][string];
type WrittenAt<C extends Written["cloud"]> = Extract<Written, { cloud: C }>;
type WrittenMirror = Written["mirrors"][string];
type WrittenAvoid = Written["avoid"];
type WrittenPush = NonNullable<WrittenAt<"external">["mirrors"][string]["push"]>;
type WrittenNetwork = NonNullable<Written["networks"]>[number];

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

function resolveClaim(network: WrittenNetwork): NetworkClaim {
  if ("feed" in network) return { kind: "feed", feed: network.feed };
  if ("cidr-list" in network)
    return omitUndefined({ kind: "cidr-list", url: network["cidr-list"], inside: network.inside });
  if ("geofeed" in network) return omitUndefined({ kind: "geofeed", url: network.geofeed, inside: network.inside });
  if ("asn" in network) return { kind: "asn", asns: [...network.asn].sort((a, b) => a - b) };
  if ("country" in network) return { kind: "country", countries: [...network.country].sort() };
  const { region, inside } = network;
  return omitUndefined({ kind: "prefixes", prefixes: [...network.prefixes].sort(), region, inside });
}

/** Resolves claims, in canonical order, so that the written order does not matter. */
function resolveClaims(networks: readonly WrittenNetwork[]): NetworkClaim[] {
  return networks.map(resolveClaim).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function resolveAvoid(...lists: WrittenAvoid[]): Avoided {
  const all = lists.flat();
  const each = <T>(pick: (entry: WrittenAvoid[number]) => readonly T[]) => [...new Set(all.flatMap(pick))].sort();
  return {
    asns: each((entry) => ("asn" in entry ? entry.asn : [])).sort((a, b) => a - b),
    countries: each((entry) => ("country" in entry ? entry.country : [])),
    prefixes: each((entry) => ("prefixes" in entry ? entry.prefixes : [])),
  };
}

/** Whether a provider is retired or emptied, and its mirrors with it. */
function hasLeft(written: Written): boolean {
  return written.cloud !== "external" && written.state !== "active";
}

/** The fields that all mirrors share. */
function resolveMirrorFields(written: Written, mirror: WrittenMirror): Omit<MirrorBase, "key"> {
  return {
    state: hasLeft(written) ? "retired" : mirror.state,
    weight: mirror.weight,
    complete: (mirror.presence ?? written.presence) === "complete",
    trusted: mirror.trusted,
    withdrawal: mirror.withdrawal,
    avoid: resolveAvoid(written.avoid, mirror.avoid),
  };
}

interface ProviderContext {
  readonly project: string;
  readonly key: string;
  /** The origin's region, if this provider has the origin. */
  readonly origin: string | undefined;
  /** The feed that the provider gets because it has no `networks`. */
  readonly feed: FeedName | undefined;
}

function resolveProviderFields(written: Written, { key, feed }: ProviderContext) {
  const networks = written.networks ?? (feed === undefined ? [] : [{ feed }]);
  return { key, credits: written.credits, networks: resolveClaims(networks) };
}

function resolveRegionalFields(
  written: Written,
  region: string,
  mirror: WrittenMirror & { serves?: string[] | undefined },
) {
  return { key: region, region, ...resolveMirrorFields(written, mirror), serves: [...(mirror.serves ?? [])].sort() };
}

function resolveGoogle(written: WrittenAt<"google">, context: ProviderContext): GoogleProvider {
  return omitUndefined<GoogleProvider>({
    ...resolveProviderFields(written, context),
    cloud: "google",
    project: written.project,
    stateBucket: written["state-bucket"] ?? stateBucketName(context.project, context.key),
    repository: artifactRegistryRepository,
    primary: context.origin ?? written.primary,
    state: written.state === "active" ? undefined : written.state,
    mirrors: sortByKey(written.mirrors).map(([region, mirror]) =>
      omitUndefined({
        ...resolveRegionalFields(written, region, mirror),
        registry: mirror.registry && { immutableTags: mirror.registry["immutable-tags"] },
        bucket: mirror.bucket && { name: mirror.bucket.name ?? bucketName(context.project, context.key, region) },
      }),
    ),
  });
}

function resolveAws(written: WrittenAt<"aws">, context: ProviderContext): AwsProvider {
  return omitUndefined<AwsProvider>({
    ...resolveProviderFields(written, context),
    cloud: "aws",
    account: written.account,
    stateBucket: written["state-bucket"] ?? stateBucketName(context.project, context.key),
    stateRegion: written["state-region"],
    primary: context.origin ?? written.primary,
    state: written.state === "active" ? undefined : written.state,
    mirrors: sortByKey(written.mirrors).map(([region, mirror]) =>
      omitUndefined({
        ...resolveRegionalFields(written, region, mirror),
        registry: mirror.registry && { repositories: [...mirror.registry.repositories].sort() },
        bucket: mirror.bucket && {
          name: mirror.bucket.name ?? bucketName(context.project, context.key, region),
          access: mirror.bucket.access ?? written["bucket-access"],
        },
      }),
    ),
  });
}

function resolveAzure(written: WrittenAt<"azure">, context: ProviderContext): AzureProvider {
  return omitUndefined<AzureProvider>({
    ...resolveProviderFields(written, context),
    cloud: "azure",
    subscription: written.subscription,
    resourceGroup: resourceGroupName(context.project, context.key),
    stateResourceGroup: stateBucketName(context.project, context.key),
    stateAccount: written["state-account"] ?? stateAccountName(context.project, context.key),
    registryName: written["registry-name"] ?? containerRegistryName(context.project, context.key),
    primary: context.origin ?? written.primary,
    state: written.state === "active" ? undefined : written.state,
    mirrors: sortByKey(written.mirrors).map(([region, mirror]) =>
      omitUndefined({
        ...resolveRegionalFields(written, region, mirror),
        registry: mirror.registry && {},
        bucket: mirror.bucket && {
          name: mirror.bucket.name ?? storageAccountName(context.project, context.key, region),
          filledBy: mirror.bucket["filled-by"],
        },
      }),
    ),
  });
}

function resolveExternal(written: WrittenAt<"external">, context: ProviderContext): ExternalProvider {
  return omitUndefined<ExternalProvider>({
    ...resolveProviderFields(written, context),
    cloud: "external",
    atMost: written["at-most"],
    mirrors: sortByKey(written.mirrors).map(([key, mirror]) =>
      omitUndefined({
        key,
        ...resolveMirrorFields(written, mirror),
        registry: mirror.registry?.replace(/\/+$/, ""),
        blobs: mirror.blobs,
        files: mirror.files,
        place: mirror.place,
        filledBy: mirror["filled-by"],
        push: mirror.push && resolvePush(mirror.push),
      }),
    ),
  });
}

function resolvePush({ bucket, registry, credentials }: WrittenPush): Push {
  return omitUndefined<Push>({
    bucket: bucket && {
      endpoint: bucket.endpoint.replace(/\/+$/, ""),
      name: bucket.name,
      region: bucket.region,
      blobsAt: bucket["blobs-at"],
      filesAt: bucket["files-at"],
    },
    registry,
    credentials,
  });
}

function resolveProvider(written: Written, context: ProviderContext): Provider {
  switch (written.cloud) {
    case "google":
      return resolveGoogle(written, context);
    case "aws":
      return resolveAws(written, context);
    case "azure":
      return resolveAzure(written, context);
    case "external":
      return resolveExternal(written, context);
  }
}

function resolveHost(name: string, written: Mirrors["hosts"][string]): Host {
  const paths = written.paths && sortByKey(written.paths).map(([path, at]) => ({ path, at }));
  return omitUndefined<Host>({
    name,
    serves: [...new Set(written.serves)].sort(),
    paths: paths?.sort((a, b) => b.path.length - a.path.length),
    directoryIndex: written["directory-index"],
    metadata: written.metadata && {
      add: [...written.metadata.add].sort(),
      remove: [...written.metadata.remove].sort(),
    },
  });
}

function resolveCanary(written: NonNullable<Mirrors["redirector"]["canary"]>): Canary {
  const [name = "", digest = ""] = written.blob?.split("@") ?? [];
  return omitUndefined<Canary>({ blob: written.blob === undefined ? undefined : { name, digest }, file: written.file });
}

/** Resolves a checked `mirrors.yaml` to an inventory. Never fails: the input is already validated. */
export function resolveInventory(mirrors: Mirrors): Inventory {
  const [originProvider = "", originMirror = ""] = mirrors.origin.split("/");
  const feeds = defaultFeeds(Object.entries(mirrors.providers));
  const pipeline = resolvePipeline(mirrors.infrastructure);
  return freeze<Inventory>({
    project: { ...mirrors.project },
    hosts: sortByKey(mirrors.hosts).map(([name, written]) => resolveHost(name, written)),
    dns: omitUndefined<Inventory["dns"]>({
      zone: mirrors.dns.zone,
      publishedAt: [...mirrors.dns["published-at"]].sort(),
      existing: mirrors.dns.existing && Object.fromEntries(sortByKey(mirrors.dns.existing)),
    }),
    redirector: omitUndefined<Inventory["redirector"]>({
      status: mirrors.redirector.status,
      image: mirrors.redirector.image,
      canary: mirrors.redirector.canary && resolveCanary(mirrors.redirector.canary),
      runsAt: sortByKey(mirrors.redirector["runs-at"]).map(([key, regions]) => ({
        provider: key,
        regions: [...new Set(regions)].sort(),
      })),
    }),
    origin: { provider: originProvider, mirror: originMirror },
    staging: resolveStaging(mirrors),
    promotion: resolvePromotion(mirrors.promotion),
    ...(pipeline && { pipeline }),
    providers: sortByKey(mirrors.providers).map(([key, written]) =>
      resolveProvider(written, {
        project: mirrors.project.name,
        key,
        origin: key === originProvider ? originMirror : undefined,
        feed: feeds.get(key),
      }),
    ),
  });
}
