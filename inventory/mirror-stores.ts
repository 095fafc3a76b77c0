import { azureRegistryPlaces } from "./azure-registry-places";
import type { AzureProvider, CloudProvider, ExternalMirror, ExternalProvider, Inventory, Provider } from "./inventory";
import { blobContainer } from "./names";
import { omitUndefined } from "./omit-undefined";
import { replicatedRegions } from "./replicated-regions";

/** How a store gets its content. */
export type Filling =
  /** The run writes to it. */
  | "run"
  /** Its cloud copies to it from another store of the same provider; the run waits and verifies. */
  | "cloud"
  /** Its operator copies from the index that the run publishes; the run verifies. */
  | "donor";

/** A store of a mirror that promotion fills or verifies. */
export interface MirrorStore {
  /** `provider/mirror`. */
  readonly mirror: string;
  /** A bucket, in which blobs and files are, or a registry. */
  readonly kind: "registry" | "bucket";
  readonly filling: Filling;
  /** The mirror whose store the cloud copies, as `provider/mirror`: only with `cloud`. */
  readonly from?: string;
  /**
   * As manifests write it, without a final slash: a registry as `HOST[/PATH]`; a bucket as `gs://NAME`, `s3://NAME`, or the
   * https URL of the container or bucket. @default not known from the inventory: ECR Public's alias, a donor's stores
   */
  readonly address?: string;
}

/**
 * The stores that promotion fills or verifies, and how each is filled, by provider. Left out are stores of
 * retired mirrors, and external mirrors without `filled-by`.
 */
export function mirrorStores(inventory: Inventory): MirrorStore[] {
  return inventory.providers.flatMap(storesAt);
}

function storesAt(provider: Provider): MirrorStore[] {
  if (provider.cloud === "external") return externalStores(provider);
  return [...bucketsAt(provider), ...registriesAt(provider)];
}

function bucketsAt(provider: CloudProvider): MirrorStore[] {
  const copied = new Set(replicatedRegions(provider));
  return provider.mirrors.flatMap(({ region, bucket, state }): MirrorStore[] => {
    if (bucket === undefined || state === "retired") return [];
    const store = {
      mirror: `${provider.key}/${region}`,
      kind: "bucket",
      address: bucketUrl(provider, bucket.name),
    } as const;
    if (!copied.has(region)) return [{ ...store, filling: "run" } as const];
    return [{ ...store, filling: "cloud", from: `${provider.key}/${provider.primary}` } as const];
  });
}

/** A bucket's URL, as manifests write it. @param name of the bucket, at Azure of the storage account */
export function bucketUrl({ cloud }: CloudProvider, name: string): string {
  switch (cloud) {
    case "google":
      return `gs://${name}`;
    case "aws":
      return `s3://${name}`;
    case "azure":
      return `https://${name}.blob.core.windows.net/${blobContainer}`;
  }
}

function registriesAt(provider: CloudProvider): MirrorStore[] {
  if (provider.cloud === "azure") return azureRegistries(provider);
  return provider.mirrors.flatMap(({ region, registry, state }) => {
    if (registry === undefined || state === "retired") return [];
    const address =
      provider.cloud === "google" ? `${region}-docker.pkg.dev/${provider.project}/${provider.repository}` : undefined;
    return [
      omitUndefined<MirrorStore>({
        mirror: `${provider.key}/${region}`,
        kind: "registry",
        filling: "run",
        address,
        from: undefined,
      }),
    ];
  });
}

/** All replicas are one registry with one address: the run writes to it once, and Azure copies to the other regions. */
function azureRegistries(provider: AzureProvider): MirrorStore[] {
  const places = azureRegistryPlaces(provider);
  if (places === undefined) return [];
  const regions = [places.home, ...places.replicas].filter((place) =>
    provider.mirrors.some(({ region, registry, state }) => region === place && registry && state !== "retired"),
  );
  const address = `${provider.registryName}.azurecr.io`;
  const from = `${provider.key}/${regions[0]}`;
  return regions.map((region, index) => ({
    mirror: `${provider.key}/${region}`,
    kind: "registry",
    address,
    ...(index === 0 ? { filling: "run" } : { filling: "cloud", from }),
  }));
}

function externalStores({ key, mirrors }: ExternalProvider): MirrorStore[] {
  return mirrors.flatMap((mirror) => {
    if (mirror.state === "retired") return [];
    const name = `${key}/${mirror.key}`;
    if (mirror.filledBy === "donor")
      return donatedKinds(mirror).map((kind) => ({ mirror: name, kind, filling: "donor" }));
    return mirror.filledBy === "push" ? pushedStores(name, mirror) : [];
  });
}

function donatedKinds({ registry, blobs, files }: ExternalMirror): MirrorStore["kind"][] {
  return [
    ...(blobs !== undefined || files !== undefined ? (["bucket"] as const) : []),
    ...(registry !== undefined ? (["registry"] as const) : []),
  ];
}

function pushedStores(mirror: string, { push }: ExternalMirror): MirrorStore[] {
  const store = { mirror, filling: "run" } as const;
  return [
    ...(push?.bucket
      ? [{ ...store, kind: "bucket", address: `${push.bucket.endpoint}/${push.bucket.name}` } as const]
      : []),
    ...(push?.registry ? [{ ...store, kind: "registry", address: push.registry } as const] : []),
  ];
}
