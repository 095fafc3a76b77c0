/**
 * The names that are composed from the inventory's keys. A name is composed here and nowhere else; `rules/` holds
 * them against each cloud's limits.
 */

const withoutHyphens = (text: string): string => text.replaceAll("-", "");

/**
 * A bucket's name at Google or AWS: unique in the world, so it carries project, provider and region. Cloud Storage
 * refuses names with "google" in them (https://cloud.google.com/storage/docs/buckets#naming), which is what that
 * provider is mostly called.
 */
export function bucketName(project: string, provider: string, region: string): string {
  return `${project}-${provider.replaceAll("google", "gcp")}-${region}`;
}

/** A storage account's name: letters and digits only, at most 24 of them (Azure's naming rules). */
export function storageAccountName(project: string, region: string): string {
  return withoutHyphens(`${project}${region}`);
}

/** A container registry's name: letters and digits only (Azure's naming rules). */
export function containerRegistryName(project: string): string {
  return withoutHyphens(project);
}

/** The storage account that keeps Terraform's state at Azure. */
export function stateAccountName(project: string): string {
  return `${withoutHyphens(project)}tfstate`;
}

/** The bucket, or at Azure the resource group, that keeps Terraform's state. */
export function stateBucketName(project: string): string {
  return `${project}-terraform-state`;
}

/** The redirector's functions, services, load balancer and accounts. */
export function redirectorName(project: string): string {
  return `${project}-redirector`;
}

/** The zone's part in which names lead from hosts to the redirector at each provider. */
export function redirectorZone(zone: string): string {
  return `redirector.${zone}`;
}

/** The role that S3 takes on to copy buckets. */
export function replicationRoleName(project: string): string {
  return `${project}-replication`;
}

/** Artifact Registry's repository id, the same in every region, as at registry.k8s.io. */
export const artifactRegistryRepository = "images";

/** The container that holds everything in a storage account, at every mirror the same. */
export const blobContainer = "artifacts";

/** What no provider may be named: what metrics (`none`) and reports say where there is no provider, or several. */
export const reservedProviderNames: readonly string[] = ["none", "other", "unaffiliated", "unknown"];
