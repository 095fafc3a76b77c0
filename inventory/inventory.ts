import type { FeedName } from "../networks/feed-name";
import type { Coordinates } from "./coordinates";

/** What a host serves: OCI images under `/v2/`, or files by path. */
export type ArtifactKind = "images" | "files";

/** The life cycle of a mirror: see the field `state` in `docs/mirrors.md`. */
export type MirrorState = "active" | "draining" | "retired";

/** How an S3 bucket is reached: through CloudFront, or directly. */
export type BucketAccess = "cdn" | "direct";

/** A provider's credits: an amount per month in a currency, up to and including a day (YYYY-MM-DD). */
export interface Credits {
  readonly monthly: number;
  readonly currency: string;
  readonly until: string;
}

/** One way to identify a provider's clients. */
export type NetworkClaim =
  | { readonly kind: "feed"; readonly feed: FeedName }
  | ({ readonly kind: "cidr-list"; readonly url: string } & Inside)
  | ({ readonly kind: "geofeed"; readonly url: string } & Inside)
  | { readonly kind: "asn"; readonly asns: readonly number[] }
  | { readonly kind: "country"; readonly countries: readonly string[] }
  | ({ readonly kind: "prefixes"; readonly prefixes: readonly string[]; readonly region?: string } & Inside);

/** A claim that may also apply inside one cloud's own feed. */
interface Inside {
  readonly inside?: FeedName;
}

/** Clients that are not sent to a mirror. */
export interface Avoided {
  readonly asns: readonly number[];
  readonly countries: readonly string[];
  readonly prefixes: readonly string[];
}

/** A mirror of any provider. `key` is its name within the provider: a region, or a chosen name. */
export interface MirrorBase {
  readonly key: string;
  readonly state: MirrorState;
  /** Relative share of unaffiliated clients; 0: none. */
  readonly weight: number;
  /** Whether it is declared complete, so that it is never probed. */
  readonly complete: boolean;
  /** Whether the origin's operators control its content. */
  readonly trusted: boolean;
  /** Whether promotion may remove objects, to withdraw artifacts. */
  readonly withdrawal: boolean;
  /** The clients that the mirror and its provider avoid. */
  readonly avoid: Avoided;
}

/** A bucket (at Azure: a storage account), by its composed or given name. */
export interface Bucket {
  readonly name: string;
}

/** A mirror in one region of a cloud. */
export interface CloudMirror extends MirrorBase {
  /** The region's id, which is also `key`. */
  readonly region: string;
  /** `serves` as written: regions, and patterns with a final `*`. */
  readonly serves: readonly string[];
}

/** A mirror at Google Cloud. */
export interface GoogleMirror extends CloudMirror {
  readonly registry?: { readonly immutableTags: boolean };
  readonly bucket?: Bucket;
}

/** A mirror at AWS. */
export interface AwsMirror extends CloudMirror {
  readonly registry?: { readonly repositories: readonly string[] };
  readonly bucket?: Bucket & { readonly access: BucketAccess };
}

/**
 * The number of storage accounts to which Azure copies one account (Azure Storage, "Object replication", replication
 * policies). Chained replication is not documented to work.
 */
export const mostAzureCopies = 2;

/** A mirror at Azure. */
export interface AzureMirror extends CloudMirror {
  readonly registry?: Readonly<Record<string, never>>;
  /** `filledBy` says how it is filled: Azure itself, or promotion. */
  readonly bucket?: Bucket & { readonly filledBy: "replication" | "promotion" };
}

/** Where promotion writes to an external mirror: a bucket, a registry, or both. */
export interface Push {
  /** An S3-compatible bucket. */
  readonly bucket?: Bucket & {
    /** https, without a final slash. */
    readonly endpoint: string;
    /** The region that requests are signed for. */
    readonly region: string;
    /** The object for a blob, with `{digest}`. */
    readonly blobsAt: string;
    /** The object for a file, with `{path}`. */
    readonly filesAt: string;
  };
  /** The root of an OCI registry: `HOST[:PORT][/PATH]`. */
  readonly registry?: string;
  /**
   * `NAME` of the environment variables `MIRRORFORM_NAME_ACCESS_KEY_ID` and `MIRRORFORM_NAME_SECRET_ACCESS_KEY` (bucket),
   * `MIRRORFORM_NAME_USERNAME` and `MIRRORFORM_NAME_PASSWORD` (registry).
   */
  readonly credentials: string;
}

/** A mirror defined only by its URLs. */
export interface ExternalMirror extends MirrorBase {
  /** How it is filled. @default promotion neither writes to it nor verifies it */
  readonly filledBy?: "push" | "donor";
  /** Where promotion writes. @default none, unless `filledBy` is `push` */
  readonly push?: Push;
  /** Base URL of an OCI registry, without a final slash. */
  readonly registry?: string;
  /** URL template with `{digest}` and optionally `{name}`. */
  readonly blobs?: string;
  /** URL template with `{path}`. */
  readonly files?: string;
  /** Degrees. @default close to all clients */
  readonly place?: Coordinates;
}

interface ProviderBase {
  /** The provider's key in the inventory. */
  readonly key: string;
  readonly credits?: Credits;
  readonly networks: readonly NetworkClaim[];
}

interface CloudProviderBase extends ProviderBase {
  /** How far it has left: with either, all its mirrors are retired; if it is emptied, its stacks have no resources. @default active */
  readonly state?: "retired" | "emptied";
  /** The region whose bucket is copied to the provider's other buckets. @default none: promotion fills each bucket */
  readonly primary?: string;
}

/** A provider at Google Cloud. */
export interface GoogleProvider extends CloudProviderBase {
  readonly cloud: "google";
  readonly project: string;
  readonly stateBucket: string;
  /** The Artifact Registry repository's id, the same in every region. */
  readonly repository: string;
  readonly mirrors: readonly GoogleMirror[];
}

/** A provider at AWS. */
export interface AwsProvider extends CloudProviderBase {
  readonly cloud: "aws";
  readonly account: string;
  readonly stateBucket: string;
  readonly stateRegion: string;
  readonly mirrors: readonly AwsMirror[];
}

/** A provider at Azure. */
export interface AzureProvider extends CloudProviderBase {
  readonly cloud: "azure";
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly stateResourceGroup: string;
  readonly stateAccount: string;
  /** The container registry's name: one registry, replicated to the regions that have `registry`. */
  readonly registryName: string;
  readonly mirrors: readonly AzureMirror[];
}

/** A provider defined only by its inventory entry. */
export interface ExternalProvider extends ProviderBase {
  readonly cloud: "external";
  /** The largest share of the address space, in each family, that the provider's claims may cover. */
  readonly atMost: number;
  readonly mirrors: readonly ExternalMirror[];
}

/** A provider at a cloud that this project deploys to. */
export type CloudProvider = GoogleProvider | AwsProvider | AzureProvider;

/** A donor. */
export type Provider = CloudProvider | ExternalProvider;

/** A host's changes to the default list of metadata: patterns as in `metadata-names.ts`. */
export interface MetadataChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** A name that users type. */
export interface Host {
  readonly name: string;
  readonly serves: readonly ArtifactKind[];
  /** The host's paths and where they are at the mirrors, the longest first. @default every path, unchanged */
  readonly paths?: readonly { readonly path: string; readonly at: string }[];
  /** The index file of a directory. */
  readonly directoryIndex?: string;
  /** Changes to the default list of metadata. @default none */
  readonly metadata?: MetadataChanges;
}

/** The object used to check mirrors' health. */
export interface Canary {
  readonly blob?: { readonly name: string; readonly digest: string };
  /** A path without a leading slash. */
  readonly file?: string;
}

/** The regions of one provider in which the redirector runs. */
export interface RedirectorPlacement {
  readonly provider: string;
  readonly regions: readonly string[];
}

/** Where one project publishes before promotion, at one cloud. Nothing in it is public. */
export interface StagingArea {
  /** The project's key. */
  readonly project: string;
  /** The key of a provider at a cloud. */
  readonly provider: string;
  /** A region of that cloud. */
  readonly region: string;
  readonly registry?: StagingRegistry;
  readonly bucket?: Bucket;
  /** Principals of the provider's cloud, as it writes them. */
  readonly writers: readonly string[];
  /** Days after which artifacts are deleted. */
  readonly retention: number;
}

/** The registry of a staging area. */
export interface StagingRegistry {
  /** Google: the repository's id. AWS: the prefix of its repositories, without a final slash. Azure: the registry's name. */
  readonly name: string;
  /** At AWS only: the images, each a repository below `name`. */
  readonly repositories?: readonly string[];
}

/** A project whose artifacts are promoted. */
export interface PromotedProject {
  readonly key: string;
  /** GitHub users, and teams as `organization/team`. */
  readonly approvers: readonly string[];
  /** Paths below the roots of the mirrors' registries; an empty string is the root itself. */
  readonly imagesAt: readonly string[];
  /** The folder at the mirrors' buckets, without slashes at its ends; an empty string is the root. */
  readonly filesAt: string;
}

/** The mirrors that a manifest's destination stands for, as `provider/mirror`. None: deliberately nowhere. */
export interface MappedDestination {
  /** A registry with a path, or a bucket's URL with a path, as manifests write it, without a final slash. */
  readonly destination: string;
  readonly mirrors: "all" | readonly string[];
}

/**
 * The mirrors, besides the origin, that must be complete before tags are set: all that promotion itself writes to, a number of mirrors,
 * or some as `provider/mirror`.
 */
export type Requirement =
  | { readonly kind: "all" }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "mirrors"; readonly mirrors: readonly string[] };

/** Who may act as the promoter. */
export interface Promoter {
  readonly github?: {
    /** `owner/name`, or `owner@id/name@id` for repositories whose tokens have ids. */
    readonly repository: string;
    /** The whole `sub` claim of trusted tokens. */
    readonly subject: string;
    /** That of pull requests, whose plans may read what is private. @default their plans have no credentials */
    readonly planSubject?: string;
  };
  readonly cloudRun?: {
    /** The key of a provider at Google. */
    readonly provider: string;
    readonly region: string;
    /** By digest. @default none: the job is left out */
    readonly image?: string;
    /** Five fields of cron, in UTC. */
    readonly schedule: string;
  };
}

/** How artifacts get from staging to the mirrors. */
export interface Promotion {
  /** The folder of the manifests, relative to the inventory's file. */
  readonly manifests: string;
  /** The file of the policy, relative to the inventory's file. @default `policy.yaml` in the folder of the manifests, if it is there */
  readonly policy?: string;
  readonly projects: readonly PromotedProject[];
  /** Patterns of files and `NAME:TAG` that may change: see `isMutable`. */
  readonly mutable: readonly string[];
  readonly destinations: readonly MappedDestination[];
  readonly require: Requirement;
  /** The share of objects, from 0 to 1, that are read back where a store has no checksum of its own. */
  readonly readBack: number;
  /** Days for which withdrawn artifacts are only hidden. */
  readonly deleteAfter: number;
  readonly runsIn: Promoter;
}

/** The CI that plans and applies the stacks. */
export interface Pipeline {
  readonly forge: "github" | "gitlab";
  /** The issuer of its tokens: an https URL without a final slash. */
  readonly issuer: string;
  /** At GitHub `owner/name`, or `owner@id/name@id` for repositories whose tokens have ids; at GitLab the path of the project. */
  readonly repository: string;
  /** The protected branch. @default the environment that the subject names is limited to it */
  readonly branch?: string;
  /** The whole `sub` claim of tokens that may apply. */
  readonly subject: string;
  /** That of pull or merge requests, which may plan; a final `*` stands for any characters. @default they may not */
  readonly planSubject?: string;
}

/**
 * The content of `mirrors.yaml`: parsed, checked, with names composed and defaults filled in, and frozen. Every list is
 * sorted by its key, so that the order of the file does not matter.
 */
export interface Inventory {
  readonly project: {
    readonly name: string;
    readonly contact: string;
    readonly info: string;
    readonly privacy: string;
  };
  readonly hosts: readonly Host[];
  readonly dns: {
    readonly zone: string;
    readonly publishedAt: readonly string[];
    /** By provider: the existing zone (id at AWS, name at Google) to which our records are added. */
    readonly existing?: Readonly<Record<string, string>>;
  };
  readonly redirector: {
    readonly status: 302 | 307;
    /** The container image by digest. @default none: the redirector's stack at Google is omitted */
    readonly image?: string;
    readonly canary?: Canary;
    readonly runsAt: readonly RedirectorPlacement[];
  };
  readonly origin: { readonly provider: string; readonly mirror: string };
  /** Sorted by project. */
  readonly staging: readonly StagingArea[];
  /** With all defaults if the file has no `promotion`. */
  readonly promotion: Promotion;
  /** @default people apply the stacks, and CI has no identity */
  readonly pipeline?: Pipeline;
  readonly providers: readonly Provider[];
}
