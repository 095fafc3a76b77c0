import { isListed, type ProviderFacts, type StoreKind } from "../facts/deployed-facts";
import type {
  AwsMirror,
  AzureMirror,
  CloudProvider,
  ExternalMirror,
  GoogleMirror,
  Provider,
} from "../inventory/inventory";
import { blobContainer, blobFolder } from "../inventory/names";
import { findTemplateProblem } from "../networks/find-template-problem";
import { findBaseUrlProblem } from "../networks/find-url-problem";

/**
 * Where a mirror answers. A member is missing if the mirror does not hold that kind, or redirected clients could not read it.
 */
export interface Endpoints {
  /** Base of the OCI distribution API: `/<name>/manifests/<reference>` and the like are appended. */
  readonly registry?: string;
  /** URL template of a blob, with `{digest}` and perhaps `{name}`. */
  readonly blobs?: string;
  /** URL template of a file, with `{path}`. */
  readonly files?: string;
}

/** As {@link Endpoints}; null if the URL is known only after deployment. */
export type PlannedEndpoints = { readonly [Kind in keyof Endpoints]?: string | null };

/** A mirror's current and planned endpoints. */
export interface MirrorEndpoints extends Endpoints {
  /**
   * The mirror's endpoints once `deployed.yaml` lists its stores. Until then, someone else may own these names: no clients
   * and no questions are sent there. Missing if everything is deployed.
   */
  readonly planned?: PlannedEndpoints;
}

/**
 * Returns the problem with a mirror's URLs, if any. A table need not come from a checked
 * inventory, and clients choose the values of its placeholders.
 */
export function findEndpointProblem({ planned, ...live }: MirrorEndpoints): string | undefined {
  return findUrlsProblem(live) ?? (planned && findUrlsProblem(omitUnknown(planned)));
}

function findUrlsProblem({ registry, blobs, files }: Endpoints): string | undefined {
  const doubts = {
    registry: registry === undefined ? undefined : findBaseUrlProblem(registry),
    blobs: blobs === undefined ? undefined : findTemplateProblem(blobs, "digest", ["name"]),
    files: files === undefined ? undefined : findTemplateProblem(files, "path", []),
  };
  const found = Object.entries(doubts).find(([, doubt]) => doubt !== undefined);
  return found && `${found[0]}: ${found[1]?.message}`;
}

/** A mirror's store and its endpoints. */
interface Store {
  readonly kind: StoreKind;
  readonly answers: PlannedEndpoints;
}

function bucketAt(base: string | undefined): Store {
  const answers =
    base === undefined
      ? { blobs: null, files: null }
      : { blobs: `${base}/${blobFolder}/{digest}`, files: `${base}/{path}` };
  return { kind: "bucket", answers };
}

/** Both stores serve blobs; the registry comes last and wins. */
function atGoogle({ region, registry, bucket }: GoogleMirror, project: string, repository: string): Store[] {
  const base = `https://${region}-docker.pkg.dev/v2/${project}/${repository}`;
  return [
    ...(bucket ? [bucketAt(`https://storage.googleapis.com/${bucket.name}`)] : []),
    ...(registry
      ? [{ kind: "registry", answers: { registry: base, blobs: `${base}/{name}/blobs/{digest}` } } as const]
      : []),
  ];
}

/**
 * S3's dual-stack host, which answers over IPv6 as well, or CloudFront's, which only a deployment knows. ECR Public
 * requires a token even from anonymous clients, which redirected clients do not have: it gets no redirects.
 */
function atAws({ region, bucket }: AwsMirror, facts: ProviderFacts | undefined): Store[] {
  if (!bucket) return [];
  if (bucket.access === "direct") return [bucketAt(`https://${bucket.name}.s3.dualstack.${region}.amazonaws.com`)];
  const distribution = facts?.distributions?.[region];
  return [bucketAt(distribution === undefined ? undefined : `https://${distribution}`)];
}

/** Container Registry requires a token even from anonymous clients, so only the storage account is used. */
function atAzure({ bucket }: AzureMirror): Store[] {
  return bucket ? [bucketAt(`https://${bucket.name}.blob.core.windows.net/${blobContainer}`)] : [];
}

/** A registry's URL with `/v2/` in it already has the prefix of the images' names. */
function registryAt(url: string): string {
  return url.includes("/v2/") ? url : `${url}/v2`;
}

function externalEndpoints(mirror: ExternalMirror): Endpoints {
  const registry = mirror.registry === undefined ? undefined : registryAt(mirror.registry);
  const blobs = mirror.blobs ?? (registry && `${registry}/{name}/blobs/{digest}`);
  return {
    ...(registry !== undefined && { registry }),
    ...(blobs !== undefined && { blobs }),
    ...(mirror.files !== undefined && { files: mirror.files }),
  };
}

/** Merges the stores' endpoints; the later store wins. */
function mergeEndpoints(stores: readonly Store[]): PlannedEndpoints {
  return Object.assign({}, ...stores.map(({ answers }) => answers));
}

/** The endpoints that are known. */
export function omitUnknown(endpoints: PlannedEndpoints): Endpoints {
  return Object.fromEntries(Object.entries(endpoints).filter(([, url]) => url !== null));
}

function splitByDeployment(stores: readonly Store[], isDeployed: (kind: StoreKind) => boolean): MirrorEndpoints {
  const live = omitUnknown(mergeEndpoints(stores.filter(({ kind }) => isDeployed(kind))));
  const planned = Object.entries(mergeEndpoints(stores)).filter(([kind, url]) => live[kind as keyof Endpoints] !== url);
  return { ...live, ...(planned.length > 0 && { planned: Object.fromEntries(planned) }) };
}

function storesOf(provider: CloudProvider, facts: ProviderFacts | undefined): [region: string, Store[]][] {
  switch (provider.cloud) {
    case "google":
      return provider.mirrors.map((mirror) => [mirror.region, atGoogle(mirror, provider.project, provider.repository)]);
    case "aws":
      return provider.mirrors.map((mirror) => [mirror.region, atAws(mirror, facts)]);
    case "azure":
      return provider.mirrors.map((mirror) => [mirror.region, atAzure(mirror)]);
  }
}

/**
 * A provider's mirror endpoints, by mirror key. At a cloud only stores that `deployed.yaml` lists answer:
 * until a store is deployed, someone else may own its name, and until it is filled, it has nothing.
 */
export function endpointsOf(
  provider: Provider,
  facts: ProviderFacts | undefined,
): ReadonlyMap<string, MirrorEndpoints> {
  if (provider.cloud === "external")
    return new Map(provider.mirrors.map((mirror) => [mirror.key, externalEndpoints(mirror)]));
  return new Map(
    storesOf(provider, facts).map(([region, stores]) => [
      region,
      splitByDeployment(stores, (kind) => isListed(facts, kind, region)),
    ]),
  );
}
