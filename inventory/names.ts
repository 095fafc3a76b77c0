import { createHash } from "node:crypto";

/**
 * The names that are composed from the inventory's keys. A name is composed here and nowhere else; `rules/` holds
 * them against each cloud's limits. Each holds the provider's key, so that two providers at one cloud have names of
 * their own, and fits into its cloud's limit: what does not is shortened, and a hash of the whole tells it apart.
 */

/** Length of a hash of a name's parts: 60 million values, for the dozens of names in one inventory. */
const hashLength = 5;
/** How much of each part stays at least, if all are shortened. */
const shortestPart = 3;

function hashOf(parts: readonly string[]): string {
  const hex = createHash("sha256").update(parts.join("/")).digest("hex");
  return BigInt(`0x${hex}`).toString(36).slice(0, hashLength);
}

/** How a name is put together. */
interface Shape {
  readonly separator: "-" | "";
  /** The most characters that it may have. */
  readonly most: number;
  /** Whether it always has the hash, because other parts could give the same name. */
  readonly hashed?: boolean;
  /** What is hashed instead of the parts, if those were changed. @default the parts */
  readonly given?: readonly string[];
}

/** The parts in one name, the longest of them cut if they do not fit; the provider's key is cut last. */
function joined(parts: readonly [project: string, provider: string, last: string], shape: Shape): string {
  const { separator, most, hashed = false, given = parts } = shape;
  let [project, provider, last] = parts.map((part) => (separator === "" ? part.replaceAll("-", "") : part)) as [
    string,
    string,
    string,
  ];
  const whole = [project, provider, last].join(separator);
  if (!hashed && whole.length <= most) return whole;
  const hash = hashOf(given);
  const room = most - hash.length - parts.length * separator.length;
  while (project.length + provider.length + last.length > room) {
    if (project.length <= shortestPart && last.length <= shortestPart) provider = provider.slice(0, -1);
    else if (project.length >= last.length) project = project.slice(0, -1);
    else last = last.slice(0, -1);
  }
  return [project, provider, last, hash].map((part) => part.replace(/-+$/, "")).join(separator);
}

/**
 * A bucket's name at Google or AWS: unique in the world, so it carries project, provider and region; at most 63
 * characters. Cloud Storage refuses names with "google" in them (https://cloud.google.com/storage/docs/buckets#naming),
 * which is what that provider is mostly called; a provider that is called "gcp" itself gets a hash, to stay apart.
 */
export function bucketName(project: string, provider: string, region: string): string {
  const hashed = provider.includes("gcp");
  const given = [project, provider, region];
  return joined([project, provider.replaceAll("google", "gcp"), region], { separator: "-", most: 63, hashed, given });
}

/** A storage account's name: unique in the world, 3 to 24 letters and digits (Azure's naming rules). */
export function storageAccountName(project: string, provider: string, region: string): string {
  return joined([project, provider, region], { separator: "", most: 24, hashed: true });
}

/** A container registry's name: unique in the world, 5 to 50 letters and digits (Azure's naming rules). */
export function containerRegistryName(project: string, provider: string): string {
  return joined([project, provider, ""], { separator: "", most: 50, hashed: true });
}

/** The storage account that keeps Terraform's state at Azure. */
export function stateAccountName(project: string, provider: string): string {
  return storageAccountName(project, provider, "tfstate");
}

/** The bucket, or at Azure the resource group, that keeps Terraform's state. */
export function stateBucketName(project: string, provider: string): string {
  return bucketName(project, provider, "terraform-state");
}

/** The resource group of everything else at Azure: at most 90 characters. */
export function resourceGroupName(project: string, provider: string): string {
  return `${project}-${provider}`;
}

/**
 * The redirector's functions, services, load balancer and accounts: at most 30 characters, which is what the id of a
 * Google service account takes (IAM, "Create service accounts").
 */
export function redirectorName(project: string, provider: string): string {
  return joined([project, provider, "redirector"], { separator: "-", most: 30 });
}

/** The zone's part in which names lead from hosts to the redirector at each provider. */
export function redirectorZone(zone: string): string {
  return `redirector.${zone}`;
}

/** The role that S3 takes on to copy buckets: at most 64 characters (IAM quotas). */
export function replicationRoleName(project: string, provider: string): string {
  return joined([project, provider, "replication"], { separator: "-", most: 64 });
}

/** Artifact Registry's repository id, the same in every region, as at registry.k8s.io. */
export const artifactRegistryRepository = "images";

/** The container that holds everything in a storage account, at every mirror the same. */
export const blobContainer = "artifacts";

/**
 * Names that no provider may have: what metrics (`none`) and reports say if there is no provider, or several; and
 * `constructor`, the one key of the inventory's form that every JavaScript object already has.
 */
export const reservedProviderNames: readonly string[] = ["none", "other", "unaffiliated", "unknown", "constructor"];
