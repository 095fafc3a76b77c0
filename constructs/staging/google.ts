import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `GoogleStaging`. */
export interface GoogleStagingProps {
  /** The project's key, for descriptions. */
  readonly project: string;
  /** The region of the stores. */
  readonly region: string;
  /** The id of a Docker repository. @default none */
  readonly registry?: string | undefined;
  /** The name of a bucket, globally unique. @default none */
  readonly bucket?: string | undefined;
  /** The principals that may write, such as `group:release@example.org`. */
  readonly writers: readonly string[];
  /** The principals that may read, such as the promoter's, by what they are called here. @default none */
  readonly readers?: Readonly<Record<string, string>>;
  /** Days after which artifacts are deleted. */
  readonly retention: number;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

const secondsPerDay = 86_400;

/** Seven days, in seconds: the shortest period that Cloud Storage accepts, other than zero (Cloud Storage, "Soft delete"). */
const softDeleteSeconds = 604_800;

/**
 * The private stores of one project. Its writers may also replace and delete; its readers may only read.
 *
 * Both stores delete by age: the repository by a clean-up policy, once a day ("Configure cleanup policies"), the bucket by a lifecycle
 * rule. Soft deletion also keeps objects that were replaced, so there are no versions. A bucket cannot refuse plain HTTP, but
 * credentials are only sent over TLS, and nothing here is readable without any.
 */
export class GoogleStaging extends Capability {
  readonly capability = "staging" as const;

  constructor(scope: Construct, id: string, props: GoogleStagingProps) {
    super(scope, id);
    if (props.registry !== undefined) this.#createRegistry(props.registry, props);
    if (props.bucket !== undefined) this.#createBucket(props.bucket, props);
  }

  #createRegistry(repositoryId: string, props: GoogleStagingProps): void {
    const { project, region, retention, services = [] } = props;
    const { name } = new ArtifactRegistryRepository(this, "registry", {
      repositoryId,
      location: region,
      format: "DOCKER",
      description: `Images of ${project} before promotion, deleted after ${retention} days.`,
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        {
          id: "retention",
          action: "DELETE",
          condition: { tagState: "ANY", olderThan: `${retention * secondsPerDay}s` },
        },
      ],
      // Protects against replacement, not against a removed entry: staged artifacts are temporary.
      lifecycle: { preventDestroy: true },
      dependsOn: [...services],
    });
    this.#grantRegistry(name, props);
  }

  /** Writer cannot delete, so Repository Administrator: a project may remove what it staged by mistake. */
  #grantRegistry(repository: string, { region: location, writers, readers = {} }: GoogleStagingProps): void {
    for (const member of writers) {
      const role = "roles/artifactregistry.repoAdmin";
      new ArtifactRegistryRepositoryIamMember(this, `registry-${member}`, { repository, location, role, member });
    }
    for (const [reader, member] of Object.entries(readers)) {
      const role = "roles/artifactregistry.reader";
      new ArtifactRegistryRepositoryIamMember(this, `registry-${reader}`, { repository, location, role, member });
    }
  }

  #createBucket(name: string, props: GoogleStagingProps): void {
    const { region, retention, services = [] } = props;
    const bucket = new StorageBucket(this, "bucket", {
      name,
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      softDeletePolicy: { retentionDurationSeconds: softDeleteSeconds },
      lifecycleRule: [
        { action: { type: "Delete" }, condition: { age: retention } },
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ],
      lifecycle: { preventDestroy: true },
      dependsOn: [...services],
    });
    this.#grantBucket(bucket.name, props);
  }

  #grantBucket(bucket: string, { writers, readers = {} }: GoogleStagingProps): void {
    for (const member of writers) {
      const role = "roles/storage.objectUser";
      new StorageBucketIamMember(this, `bucket-${member}`, { bucket, role, member });
    }
    for (const [reader, member] of Object.entries(readers)) {
      const role = "roles/storage.objectViewer";
      new StorageBucketIamMember(this, `bucket-${reader}`, { bucket, role, member });
    }
  }
}
