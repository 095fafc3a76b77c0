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
import type { Mirrors } from "./schema";

type Written = Mirrors["providers"][string];
type WrittenAt<C extends Written["cloud"]> = Extract<Written, { cloud: C }>;
type WrittenMirror = Written["mirrors"][string];
type WrittenAvoid = Written["avoid"];
type WrittenNetwork = NonNullable<Written["networks"]>[number];

/** The entries of a record, by key: the file's order carries no meaning. */
function byKey<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The object without its undefined members, so that an optional member is either there or not. */
function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

function claim(network: WrittenNetwork): NetworkClaim {
  if ("feed" in network) return { kind: "feed", feed: network.feed };
  if ("cidr-list" in network) return present({ kind: "cidr-list", url: network["cidr-list"], inside: network.inside });
  if ("geofeed" in network) return present({ kind: "geofeed", url: network.geofeed, inside: network.inside });
  if ("asn" in network) return { kind: "asn", asns: [...network.asn].sort((a, b) => a - b) };
  if ("country" in network) return { kind: "country", countries: [...network.country].sort() };
  const { region, inside } = network;
  return present({ kind: "prefixes", prefixes: [...network.prefixes].sort(), region, inside });
}

/** Claims in an order of their own: which of them holds never depends on the order in which they are written. */
function claims(networks: readonly WrittenNetwork[]): NetworkClaim[] {
  return networks.map(claim).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function avoided(...lists: WrittenAvoid[]): Avoided {
  const all = lists.flat();
  const each = <T>(pick: (entry: WrittenAvoid[number]) => readonly T[]) => [...new Set(all.flatMap(pick))].sort();
  return {
    asns: each((entry) => ("asn" in entry ? entry.asn : [])).sort((a, b) => a - b),
    countries: each((entry) => ("country" in entry ? entry.country : [])),
    prefixes: each((entry) => ("prefixes" in entry ? entry.prefixes : [])),
  };
}

/** What every mirror has, whoever its provider. */
function standing(written: Written, mirror: WrittenMirror): Omit<MirrorBase, "key"> {
  return {
    state: mirror.state,
    weight: mirror.weight,
    complete: (mirror.presence ?? written.presence) === "complete",
    trusted: mirror.trusted,
    avoid: avoided(written.avoid, mirror.avoid),
  };
}

interface Around {
  readonly project: string;
  readonly key: string;
  /** The region of the origin, where this provider has it. */
  readonly origin: string | undefined;
  /** The feed that the provider gets because it names no networks. */
  readonly feed: FeedName | undefined;
}

function common(written: Written, { key, feed }: Around) {
  const networks = written.networks ?? (feed === undefined ? [] : [{ feed }]);
  return { key, credits: written.credits, networks: claims(networks) };
}

function place(written: Written, region: string, mirror: WrittenMirror & { serves?: string[] | undefined }) {
  return { key: region, region, ...standing(written, mirror), serves: [...(mirror.serves ?? [])].sort() };
}

function google(written: WrittenAt<"google">, around: Around): GoogleProvider {
  return present<GoogleProvider>({
    ...common(written, around),
    cloud: "google",
    project: written.project,
    stateBucket: written["state-bucket"] ?? stateBucketName(around.project, around.key),
    repository: artifactRegistryRepository,
    primary: around.origin ?? written.primary,
    mirrors: byKey(written.mirrors).map(([region, mirror]) =>
      present({
        ...place(written, region, mirror),
        registry: mirror.registry && { immutableTags: mirror.registry["immutable-tags"] },
        bucket: mirror.bucket && { name: mirror.bucket.name ?? bucketName(around.project, around.key, region) },
      }),
    ),
  });
}

function aws(written: WrittenAt<"aws">, around: Around): AwsProvider {
  return present<AwsProvider>({
    ...common(written, around),
    cloud: "aws",
    account: written.account,
    stateBucket: written["state-bucket"] ?? stateBucketName(around.project, around.key),
    stateRegion: written["state-region"],
    primary: around.origin ?? written.primary,
    mirrors: byKey(written.mirrors).map(([region, mirror]) =>
      present({
        ...place(written, region, mirror),
        registry: mirror.registry && { repositories: [...mirror.registry.repositories].sort() },
        bucket: mirror.bucket && {
          name: mirror.bucket.name ?? bucketName(around.project, around.key, region),
          access: mirror.bucket.access ?? written["bucket-access"],
        },
      }),
    ),
  });
}

function azure(written: WrittenAt<"azure">, around: Around): AzureProvider {
  return present<AzureProvider>({
    ...common(written, around),
    cloud: "azure",
    subscription: written.subscription,
    resourceGroup: resourceGroupName(around.project, around.key),
    stateResourceGroup: stateBucketName(around.project, around.key),
    stateAccount: written["state-account"] ?? stateAccountName(around.project, around.key),
    registryName: written["registry-name"] ?? containerRegistryName(around.project, around.key),
    primary: around.origin ?? written.primary,
    mirrors: byKey(written.mirrors).map(([region, mirror]) =>
      present({
        ...place(written, region, mirror),
        registry: mirror.registry && {},
        bucket: mirror.bucket && {
          name: mirror.bucket.name ?? storageAccountName(around.project, around.key, region),
          filledBy: mirror.bucket["filled-by"],
        },
      }),
    ),
  });
}

function external(written: WrittenAt<"external">, around: Around): ExternalProvider {
  return present<ExternalProvider>({
    ...common(written, around),
    cloud: "external",
    atMost: written["at-most"],
    mirrors: byKey(written.mirrors).map(([key, mirror]) =>
      present({
        key,
        ...standing(written, mirror),
        registry: mirror.registry?.replace(/\/+$/, ""),
        blobs: mirror.blobs,
        files: mirror.files,
        place: mirror.place,
      }),
    ),
  });
}

function provider(written: Written, around: Around): Provider {
  switch (written.cloud) {
    case "google":
      return google(written, around);
    case "aws":
      return aws(written, around);
    case "azure":
      return azure(written, around);
    case "external":
      return external(written, around);
  }
}

function host(name: string, written: Mirrors["hosts"][string]): Host {
  const paths = written.paths && byKey(written.paths).map(([path, at]) => ({ path, at }));
  return present<Host>({
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

function canary(written: NonNullable<Mirrors["redirector"]["canary"]>): Canary {
  const [name = "", digest = ""] = written.blob?.split("@") ?? [];
  return present<Canary>({ blob: written.blob === undefined ? undefined : { name, digest }, file: written.file });
}

/** The inventory that a checked `mirrors.yaml` describes. Never fails: what can be wrong was found before. */
export function resolve(mirrors: Mirrors): Inventory {
  const [originProvider = "", originMirror = ""] = mirrors.origin.split("/");
  const feeds = defaultFeeds(Object.entries(mirrors.providers));
  return freeze<Inventory>({
    project: { ...mirrors.project },
    hosts: byKey(mirrors.hosts).map(([name, written]) => host(name, written)),
    dns: present<Inventory["dns"]>({
      zone: mirrors.dns.zone,
      publishedAt: [...mirrors.dns["published-at"]].sort(),
      existing: mirrors.dns.existing && Object.fromEntries(byKey(mirrors.dns.existing)),
    }),
    redirector: present<Inventory["redirector"]>({
      status: mirrors.redirector.status,
      image: mirrors.redirector.image,
      canary: mirrors.redirector.canary && canary(mirrors.redirector.canary),
      runsAt: byKey(mirrors.redirector["runs-at"]).map(([key, regions]) => ({
        provider: key,
        regions: [...new Set(regions)].sort(),
      })),
    }),
    origin: { provider: originProvider, mirror: originMirror },
    providers: byKey(mirrors.providers).map(([key, written]) =>
      provider(written, {
        project: mirrors.project.name,
        key,
        origin: key === originProvider ? originMirror : undefined,
        feed: feeds.get(key),
      }),
    ),
  });
}
