import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `GoogleRegistry`. */
export interface GoogleRegistryProps {
  /** The repository's id within its project and region. */
  readonly repository: string;
  /** The repository's region. */
  readonly region: string;
  /** Whether tags cannot be moved or removed, nor tagged images removed. @default false */
  readonly immutableTags?: boolean;
  /** Whether the repository may be destroyed, with every image in it. @default false */
  readonly retired?: boolean;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/**
 * A Docker repository in one region that allows anonymous pulls. It deliberately has no clean-up policy: the manifests of a
 * multi-platform image have no tags of their own, and users pull old digests for years.
 */
export class GoogleRegistry extends Capability {
  readonly capability = "registry" as const;
  /** The repository's id. */
  readonly name: string;
  readonly region: string;

  constructor(scope: Construct, id: string, props: GoogleRegistryProps) {
    super(scope, id);
    const repository = this.#createRepository(props);
    this.#allowPullByEveryone(repository, props.region);
    this.name = repository.name;
    this.region = props.region;
  }

  #createRepository(props: GoogleRegistryProps): ArtifactRegistryRepository {
    const { repository, region, immutableTags = false, retired = false, services = [] } = props;
    return new ArtifactRegistryRepository(this, "repository", {
      repositoryId: repository,
      location: region,
      format: "DOCKER",
      description: "Images of the mirror in this region, written only by promotion.",
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
