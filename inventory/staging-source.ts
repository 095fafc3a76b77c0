import type { CloudProvider, Inventory, StagingArea } from "./inventory";
import { bucketUrl } from "./mirror-stores";

/** Where a project's staged artifacts are, as manifests of kpromo write it. */
export interface StagingSource {
  /** The registry with its path, without a scheme and a final slash. */
  readonly registry?: string;
  /** The bucket's URL, with a final slash. */
  readonly bucket?: string;
}

/** The staging area of a project; undefined if it has none. */
export function stagingSource({ staging, providers }: Inventory, project: string): StagingSource | undefined {
  const area = staging.find((candidate) => candidate.project === project);
  const provider = providers.find(({ key }) => key === area?.provider);
  if (area === undefined || provider === undefined || provider.cloud === "external") return undefined;
  const registry = registryAddress(area, provider);
  return {
    ...(registry !== undefined && { registry }),
    ...(area.bucket && { bucket: `${bucketUrl(provider, area.bucket.name)}/` }),
  };
}

function registryAddress({ region, registry }: StagingArea, provider: CloudProvider): string | undefined {
  if (registry === undefined) return undefined;
  switch (provider.cloud) {
    case "google":
      return `${region}-docker.pkg.dev/${provider.project}/${registry.name}`;
    case "aws":
      return `${provider.account}.dkr.ecr.${region}.amazonaws.com/${registry.name}`;
    case "azure":
      return `${registry.name}.azurecr.io`;
  }
}
