import { createHash } from "node:crypto";

/**
 * The names that are composed from the inventory's keys. Names are composed here and nowhere else; `rules/` checks them
 * against each cloud's limits. Each name contains the provider's key, so that two providers at one cloud have different
 * names. A name that exceeds its cloud's limit is shortened and gets a hash of the whole, to stay unique.
 */

/** Length of the hash of a name's parts: 60 million values, for the dozens of names in one inventory. */
const hashLength = 5;
/** Minimum length of each part after shortening. */
const shortestPart = 3;

function hashOf(parts: readonly string[]): string {
  const hex = createHash("sha256").update(parts.join("/")).digest("hex");
  return BigInt(`0x${hex}`).toString(36).slice(0, hashLength);
}

/** How a name is composed. */
interface Shape {
  readonly separator: "-" | "";
  /** Maximum length. */
  readonly most: number;
  /** Whether it always has the hash, because other parts could give the same name. */
  readonly isHashed?: boolean;
  /** The parts before they were changed, for the hash. @default the parts */
  readonly original?: readonly string[];
}

/** Joins the parts of a name. If they are too long, the longest parts are cut first, the provider's key last. */
function joinParts(parts: readonly [project: string, provider: string, last: string], shape: Shape): string {
  const { separator, most, isHashed = false, original = parts } = shape;
  let [project, provider, last] = parts.map((part) => (separator === "" ? part.replaceAll("-", "") : part)) as [
    string,
    string,
    string,
  ];
  const whole = [project, provider, last].join(separator);
  if (!isHashed && whole.length <= most) return whole;
  const hash = hashOf(original);
  const room = most - hash.length - parts.length * separator.length;
  while (project.length + provider.length + last.length > room) {
    if (project.length <= shortestPart && last.length <= shortestPart) provider = provider.slice(0, -1);
    else if (project.length >= last.length) project = project.slice(0, -1);
    else last = last.slice(0, -1);
  }
  return [project, provider, last, hash].map((part) => part.replace(/-+$/, "")).join(separator);
}

/**
 * A bucket's name at Google or AWS: globally unique, so it contains project, provider and region; at most 63
 * characters. Cloud Storage refuses names with "google" in them (https://cloud.google.com/storage/docs/buckets#naming),
 * the usual key of that provider; a provider named "gcp" gets a hash to stay distinct.
 */
export function bucketName(project: string, provider: string, region: string): string {
  const isHashed = provider.includes("gcp");
  const original = [project, provider, region];
  return joinParts([project, provider.replaceAll("google", "gcp"), region], {
    separator: "-",
    most: 63,
    isHashed,
    original,
  });
}

/** A storage account's name: globally unique, 3 to 24 letters and digits (Azure's naming rules). */
export function storageAccountName(project: string, provider: string, region: string): string {
  return joinParts([project, provider, region], { separator: "", most: 24, isHashed: true });
}

/** A container registry's name: globally unique, 5 to 50 letters and digits (Azure's naming rules). */
export function containerRegistryName(project: string, provider: string): string {
  return joinParts([project, provider, ""], { separator: "", most: 50, isHashed: true });
}

/** The bucket of a project's staging area at Google or AWS. */
export function stagingBucketName(project: string, provider: string, area: string): string {
  return bucketName(project, provider, `staging-${area}`);
}

/** The storage account of a project's staging area at Azure. */
export function stagingAccountName(project: string, provider: string, area: string): string {
  return storageAccountName(project, provider, `staging-${area}`);
}

/** The container registry of a project's staging area at Azure. */
export function stagingRegistryName(project: string, provider: string, area: string): string {
  return joinParts([project, provider, `staging-${area}`], { separator: "", most: 50, isHashed: true });
}

/** The Artifact Registry repository of a project's staging area: at most 63 characters. */
export function stagingRepositoryName(area: string): string {
  return `staging-${area}`;
}

/** What the repositories of a project's staging area at ECR begin with. */
export function stagingRepositoryPrefix(area: string): string {
  return `staging/${area}`;
}

/** The identity that promotes, at each cloud: at most 30 characters, the limit of a Google service account's id. */
export function promoterName(project: string, provider: string): string {
  return joinParts([project, provider, "promoter"], { separator: "-", most: 30 });
}

/** The identity that reads for plans of pull requests, at each cloud: at most 30 characters, as the promoter's. */
export function plannerName(project: string, provider: string): string {
  return joinParts([project, provider, "planner"], { separator: "-", most: 30 });
}

/** The identity with which CI applies the stacks: at most 30 characters, as the promoter's. */
export function deployerName(project: string, provider: string): string {
  return joinParts([project, provider, "deployer"], { separator: "-", most: 30 });
}

/** The identity with which CI plans the stacks: at most 30 characters, as the promoter's. */
export function previewerName(project: string, provider: string): string {
  return joinParts([project, provider, "previewer"], { separator: "-", most: 30 });
}

/** The pool for pipelines that apply the stacks: at most 32 characters, and it cannot begin with `gcp-`. */
export function deployerPoolName(project: string, provider: string): string {
  return joinParts(["deployer", provider, project], { separator: "-", most: 32 });
}

/** The pool for pipelines that plan the stacks: at most 32 characters, and it cannot begin with `gcp-`. */
export function previewerPoolName(project: string, provider: string): string {
  return joinParts(["previewer", provider, project], { separator: "-", most: 32 });
}

/** The identity that starts the promoter's job: at most 30 characters, the limit of a Google service account's id. */
export function starterName(project: string, provider: string): string {
  return joinParts([project, provider, "starter"], { separator: "-", most: 30 });
}

/** The bucket with the inventory and the manifests for the promoter's job. */
export function promotionBucketName(project: string, provider: string): string {
  return bucketName(project, provider, "promotion");
}

/** The e-mail address of a service account at Google. */
export function serviceAccountEmail(account: string, project: string): string {
  return `${account}@${project}.iam.gserviceaccount.com`;
}

/** The pool of a Google Cloud project for identities from elsewhere: at most 32 characters, and it cannot begin with `gcp-`. */
export function identityPoolName(project: string, provider: string): string {
  return joinParts(["promotion", provider, project], { separator: "-", most: 32 });
}

/** The pool for pull requests, apart from the promoter's: at most 32 characters, and it cannot begin with `gcp-`. */
export function planIdentityPoolName(project: string, provider: string): string {
  return joinParts(["plans", provider, project], { separator: "-", most: 32 });
}

/** The storage account that keeps Terraform's state at Azure. */
export function stateAccountName(project: string, provider: string): string {
  return storageAccountName(project, provider, "tfstate");
}

/** The bucket, or at Azure the resource group, that keeps Terraform's state. */
export function stateBucketName(project: string, provider: string): string {
  return bucketName(project, provider, "terraform-state");
}

/** The resource group of a provider's mirrors at Azure: at most 90 characters. */
export function resourceGroupName(project: string, provider: string): string {
  return `${project}-${provider}`;
}

/** The resource group of the layer `bootstrap` at Azure, beside that of the mirrors. */
export function bootstrapResourceGroupName(project: string, provider: string): string {
  return `${resourceGroupName(project, provider)}-bootstrap`;
}

/** The resource group of the staging areas at Azure, beside that of the mirrors. */
export function stagingResourceGroupName(project: string, provider: string): string {
  return `${resourceGroupName(project, provider)}-staging`;
}

/**
 * The redirector's functions, services, load balancer and accounts: at most 30 characters, the limit of a Google service
 * account's id (IAM, "Create service accounts").
 */
export function redirectorName(project: string, provider: string): string {
  return joinParts([project, provider, "redirector"], { separator: "-", most: 30 });
}

/** The subdomain whose names point from hosts to each provider's redirector. */
export function redirectorZone(zone: string): string {
  return `redirector.${zone}`;
}

/** The role that S3 assumes to copy buckets: at most 64 characters (IAM quotas). */
export function replicationRoleName(project: string, provider: string): string {
  return joinParts([project, provider, "replication"], { separator: "-", most: 64 });
}

/** Artifact Registry's repository id, the same in every region, as at registry.k8s.io. */
export const artifactRegistryRepository = "images";

/** Where a bucket keeps images' blobs, below its root: the layout of registry.k8s.io, for existing buckets. */
export const blobFolder = "containers/images";

/** The trail, sink or workspace of audit logs: at most 63 characters, the limit of a workspace at Azure. */
export function auditLogName(project: string, provider: string): string {
  return joinParts([project, provider, "audit-log"], { separator: "-", most: 63 });
}

/** The bucket of audit logs. */
export function auditLogBucketName(project: string, provider: string): string {
  return bucketName(project, provider, "audit-log");
}

/** The repository of the images that run in a Google project. */
export const imageRepository = "mirrorform";

/** The container for states in the storage account for state. */
export const stateContainer = "terraform-state";

/** The container for all artifacts in a storage account, the same at every mirror. */
export const blobContainer = "artifacts";

/**
 * Names that no provider may have: the labels that metrics (`none`) and reports use for no or several providers; and
 * `constructor`, the one valid key that every JavaScript object already has.
 */
export const reservedProviderNames: readonly string[] = ["none", "other", "unaffiliated", "unknown", "constructor"];

/** The folder of the origin's bucket in which promotion publishes what donors should copy: an index for each mirror. */
export const donorIndexFolder = "mirrorform/donors";
