import type { StagingArea, StagingRegistry } from "./inventory";
import {
  stagingAccountName,
  stagingBucketName,
  stagingRegistryName,
  stagingRepositoryName,
  stagingRepositoryPrefix,
} from "./names";
import { omitUndefined } from "./omit-undefined";
import type { Mirrors } from "./schema";
import { sortByKey } from "./sort-by-key";

type WrittenArea = Mirrors["staging"][string];

/** Resolves `staging`, sorted by project. */
export function resolveStaging(mirrors: Mirrors): StagingArea[] {
  return sortByKey(mirrors.staging).map(([project, written]) => {
    const isAzure = mirrors.providers[written.provider]?.cloud === "azure";
    const bucketNameOf = isAzure ? stagingAccountName : stagingBucketName;
    return omitUndefined<StagingArea>({
      project,
      provider: written.provider,
      region: written.region,
      registry: written.registry && resolveRegistry(project, written, mirrors),
      bucket: written.bucket && {
        name: written.bucket.name ?? bucketNameOf(mirrors.project.name, written.provider, project),
      },
      writers: [...new Set(written.writers)].sort(),
      retention: written.retention,
    });
  });
}

function resolveRegistry(area: string, { provider, registry }: WrittenArea, mirrors: Mirrors): StagingRegistry {
  switch (mirrors.providers[provider]?.cloud) {
    case "aws":
      return { name: stagingRepositoryPrefix(area), repositories: [...(registry?.repositories ?? [])].sort() };
    case "azure":
      return { name: stagingRegistryName(mirrors.project.name, provider, area) };
    default:
      return { name: stagingRepositoryName(area) };
  }
}
