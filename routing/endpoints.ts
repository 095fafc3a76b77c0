import type { ProviderFacts } from "../inventory/deployed-facts";
import type { AwsMirror, AzureMirror, ExternalMirror, Inventory, Provider } from "../inventory/inventory";
import { blobContainer } from "../inventory/names";
import { templateDoubt } from "../networks/template-doubt";
import { baseDoubt } from "../networks/url-doubt";

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

/**
 * What is wrong with the URLs of a mirror, as they stand in a routing table; `undefined` if nothing. A table may come
 * from elsewhere than from a checked inventory, and callers choose what fills its templates.
 */
export function endpointsDoubt({ registry, blobs, files }: Endpoints): string | undefined {
  const doubts = {
    registry: registry === undefined ? undefined : baseDoubt(registry),
    blobs: blobs === undefined ? undefined : templateDoubt(blobs, "digest", ["name"]),
    files: files === undefined ? undefined : templateDoubt(files, "path", []),
  };
  const found = Object.entries(doubts).find(([, doubt]) => doubt !== undefined);
  return found && `${found[0]}: ${found[1]?.message}`;
}

/** Where a bucket keeps images' blobs, below its root: as at registry.k8s.io, so that existing buckets can be used. */
const blobFolder = "containers/images";

function bucketEndpoints(base: string): Endpoints {
  return { blobs: `${base}/${blobFolder}/{digest}`, files: `${base}/{path}` };
}

/**
 * S3's dual-stack host, which answers over IPv6 as well, or CloudFront's, which only a deployment knows. ECR Public
 * asks for a token even of anonymous clients, and a client that was redirected has none for it: it gets no redirects.
 */
function atAws(mirror: AwsMirror, facts: ProviderFacts | undefined): Endpoints {
  if (!mirror.bucket) return {};
  if (mirror.bucket.access === "direct") {
    return bucketEndpoints(`https://${mirror.bucket.name}.s3.dualstack.${mirror.region}.amazonaws.com`);
  }
  const distribution = facts?.distributions?.[mirror.region];
  return distribution === undefined ? {} : bucketEndpoints(`https://${distribution}`);
}

/** Container Registry asks for a token even of anonymous clients (as ECR Public does): only the storage account counts. */
function atAzure(mirror: AzureMirror): Endpoints {
  return mirror.bucket ? bucketEndpoints(`https://${mirror.bucket.name}.blob.core.windows.net/${blobContainer}`) : {};
}

function external(mirror: ExternalMirror): Endpoints {
  const registry = mirror.registry === undefined ? undefined : `${mirror.registry}/v2`;
  const blobs = mirror.blobs ?? (registry && `${registry}/{name}/blobs/{digest}`);
  return {
    ...(registry !== undefined && { registry }),
    ...(blobs !== undefined && { blobs }),
    ...(mirror.files !== undefined && { files: mirror.files }),
  };
}

/** Where the mirrors of one provider answer, by mirror key. */
export function endpointsOf(provider: Provider, facts: ProviderFacts | undefined): ReadonlyMap<string, Endpoints> {
  switch (provider.cloud) {
    case "google":
      return new Map(
        provider.mirrors.map(({ key, region, registry: hasRegistry, bucket }) => {
          const registry = `https://${region}-docker.pkg.dev/v2/${provider.project}/${provider.repository}`;
          return [
            key,
            {
              ...(bucket && bucketEndpoints(`https://storage.googleapis.com/${bucket.name}`)),
              ...(hasRegistry && { registry, blobs: `${registry}/{name}/blobs/{digest}` }),
            },
          ];
        }),
      );
    case "aws":
      return new Map(provider.mirrors.map((mirror) => [mirror.key, atAws(mirror, facts)]));
    case "azure":
      return new Map(provider.mirrors.map((mirror) => [mirror.key, atAzure(mirror)]));
    case "external":
      return new Map(provider.mirrors.map((mirror) => [mirror.key, external(mirror)]));
  }
}

/** The mirrors that hold artifacts but whose address only a deployment can tell, and which therefore get no clients yet. */
export function awaitingFacts(inventory: Inventory, facts: Readonly<Record<string, ProviderFacts>>): string[] {
  return inventory.providers.flatMap((provider) =>
    provider.cloud !== "aws"
      ? []
      : provider.mirrors
          .filter((mirror) => mirror.bucket?.access === "cdn" && mirror.state !== "retired")
          .filter((mirror) => facts[provider.key]?.distributions?.[mirror.region] === undefined)
          .map((mirror) => `${provider.key}/${mirror.key}`),
  );
}
