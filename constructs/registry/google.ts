import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** What a `GoogleRegistry` is made from. */
export interface GoogleRegistryProps {
  /** The repository's id within its project and region. */
  readonly repository: string;
  /** The repository's region. */
  readonly region: string;
  /** Whether a tag can neither be moved nor removed, nor a tagged image. @default false */
  readonly immutableTags?: boolean;
  /** Whether the repository may be destroyed, with every image in it. @default false */
  readonly retired?: boolean;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/**
 * A Docker repository in one region from which anybody pulls. It has no clean-up policy on purpose: the manifests of a
 * multi-platform image carry no tag of their own, and users pull old digests for years.
 */
export class GoogleRegistry extends Capability {
  readonly capability = "registry" as const;

  constructor(scope: Construct, id: string, props: GoogleRegistryProps) {
    super(scope, id);
    const repository = this.#createRepository(props);
    this.#allowPullByEveryone(repository, props.region);
  }

  #createRepository(props: GoogleRegistryProps): ArtifactRegistryRepository {
    const { repository, region, immutableTags = false, retired = false, services = [] } = props;
    return new ArtifactRegistryRepository(this, "repository", {
      repositoryId: repository,
      location: region,
      format: "DOCKER",
      description: "Images of the mirror in this region; filled by promotion only.",
      dockerConfig: { immutableTags },
      lifecycle: { preventDestroy: !retired },
      dependsOn: [...services],
    });
  }

  #allowPullByEveryone({ name }: ArtifactRegistryRepository, location: string): void {
    new ArtifactRegistryRepositoryIamMember(this, "reader", {
      repository: name,
      location,
      role: "roles/artifactregistry.reader",
      member: "allUsers",
    });
  }
}
