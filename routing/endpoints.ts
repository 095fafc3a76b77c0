import { isListed, type ProviderFacts, type StoreKind } from "../facts/deployed-facts";
import type {
  AwsMirror,
  AzureMirror,
  CloudProvider,
  ExternalMirror,
  GoogleMirror,
  Provider,
} from "../inventory/inventory";
import { blobContainer } from "../inventory/names";
import { findTemplateProblem } from "../networks/find-template-problem";
import { findBaseUrlProblem } from "../networks/find-url-problem";

/**
 * Where a mirror answers. Each member is missing where the mirror does not hold that kind, or where clients who were
 * redirected could not read it.
 */
export interface Endpoints {
  /** Base of the OCI distribution API: `/<name>/manifests/<reference>` and the like are appended. */
  readonly registry?: string;
  /** URL template of a blob, with `{digest}` and perhaps `{name}`. */
  readonly blobs?: string;
  /** URL template of a file, with `{path}`. */
  readonly files?: string;
}

/** As {@link Endpoints}; null if only a deployment can tell the URL. */
export type PlannedEndpoints = { readonly [Kind in keyof Endpoints]?: string | null };

/** Where a mirror answers now, and where it will. */
export interface MirrorEndpoints extends Endpoints {
  /**
   * Where the mirror will answer once `deployed.yaml` says that its stores are deployed and filled. Until then, somebody
   * else may own these names: no clients and no questions are sent there. Missing if everything is deployed.
   */
  readonly planned?: PlannedEndpoints;
}

/**
 * What is wrong with a mirror's URLs in a routing table; `undefined` if nothing. A table need not come from a checked
 * inventory, and callers choose what fills its templates.
 */
export function endpointsDoubt({ planned, ...live }: MirrorEndpoints): string | undefined {
  return urlsDoubt(live) ?? (planned && urlsDoubt(known(planned)));
}

function urlsDoubt({ registry, blobs, files }: Endpoints): string | undefined {
  const doubts = {
    registry: registry === undefined ? undefined : findBaseUrlProblem(registry),
    blobs: blobs === undefined ? undefined : findTemplateProblem(blobs, "digest", ["name"]),
    files: files === undefined ? undefined : findTemplateProblem(files, "path", []),
  };
  const found = Object.entries(doubts).find(([, doubt]) => doubt !== undefined);
  return found && `${found[0]}: ${found[1]?.message}`;
}

/** One store of a mirror, and what it answers. */
interface Store {
  readonly kind: StoreKind;
  readonly answers: PlannedEndpoints;
}

/** Where a bucket keeps images' blobs, below its root: as at registry.k8s.io, so that existing buckets can be used. */
const blobFolder = "containers/images";

function bucketAt(base: string | undefined): Store {
  const answers =
    base === undefined
      ? { blobs: null, files: null }
      : { blobs: `${base}/${blobFolder}/{digest}`, files: `${base}/{path}` };
  return { kind: "bucket", answers };
}

/** Both stores answer for blobs; the registry comes last, and is preferred. */
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
 * asks for a token even of anonymous clients, and a client that was redirected has none for it: it gets no redirects.
 */
function atAws({ region, bucket }: AwsMirror, facts: ProviderFacts | undefined): Store[] {
  if (!bucket) return [];
  if (bucket.access === "direct") return [bucketAt(`https://${bucket.name}.s3.dualstack.${region}.amazonaws.com`)];
  const distribution = facts?.distributions?.[region];
  return [bucketAt(distribution === undefined ? undefined : `https://${distribution}`)];
}

/** Container Registry asks for a token even of anonymous clients (as ECR Public does): only the storage account counts. */
function atAzure({ bucket }: AzureMirror): Store[] {
  return bucket ? [bucketAt(`https://${bucket.name}.blob.core.windows.net/${blobContainer}`)] : [];
}

/** A registry's URL with `/v2/` in it already has the prefix of the images' names. */
function registryAt(url: string): string {
  return url.includes("/v2/") ? url : `${url}/v2`;
}

function external(mirror: ExternalMirror): Endpoints {
  const registry = mirror.registry === undefined ? undefined : registryAt(mirror.registry);
  const blobs = mirror.blobs ?? (registry && `${registry}/{name}/blobs/{digest}`);
  return {
    ...(registry !== undefined && { registry }),
    ...(blobs !== undefined && { blobs }),
    ...(mirror.files !== undefined && { files: mirror.files }),
  };
}

/** The endpoints of several stores together; if two stores answer for the same, the later one's. */
function together(stores: readonly Store[]): PlannedEndpoints {
  return Object.assign({}, ...stores.map(({ answers }) => answers));
}

/** The endpoints that are known. */
export function known(endpoints: PlannedEndpoints): Endpoints {
  return Object.fromEntries(Object.entries(endpoints).filter(([, url]) => url !== null));
}

function ofStores(stores: readonly Store[], isDeployed: (kind: StoreKind) => boolean): MirrorEndpoints {
  const live = known(together(stores.filter(({ kind }) => isDeployed(kind))));
  const planned = Object.entries(together(stores)).filter(([kind, url]) => live[kind as keyof Endpoints] !== url);
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
 * Where the mirrors of one provider answer, by mirror key. At a cloud only stores that `deployed.yaml` lists answer:
 * until a store is deployed, somebody else may own its name, and until it is filled, it has nothing.
 */
export function endpointsOf(
  provider: Provider,
  facts: ProviderFacts | undefined,
): ReadonlyMap<string, MirrorEndpoints> {
  if (provider.cloud === "external") return new Map(provider.mirrors.map((mirror) => [mirror.key, external(mirror)]));
  return new Map(
    storesOf(provider, facts).map(([region, stores]) => [
      region,
      ofStores(stores, (kind) => isListed(facts, kind, region)),
    ]),
  );
}
