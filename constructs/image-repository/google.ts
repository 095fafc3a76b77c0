import { ArtifactRegistryRepository } from "@cdktf/provider-google/lib/artifact-registry-repository";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { imageRepository } from "../../inventory/names";
import { Capability } from "../capability";

/** Properties of `GoogleImageRepository`. */
export interface GoogleImageRepositoryProps {
  /** The project's id. */
  readonly project: string;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** A multi-region: services of all regions start from it. */
const location = "us";

/**
 * The private repository for the images that run in a project: the redirector's, and the promoter's. Tags cannot move. Cloud Run reads it as
 * its service agent, whose role in the project includes that (Cloud Run, "Deploying container images": images of the same project).
 */
export class GoogleImageRepository extends Capability {
  readonly capability = "image-repository" as const;
  /** `HOST/PROJECT/REPOSITORY`: the target of `mirrorform image --push`, without the image's name. */
  readonly address: string;

  constructor(scope: Construct, id: string, { project, services = [] }: GoogleImageRepositoryProps) {
    super(scope, id);
    new ArtifactRegistryRepository(this, "repository", {
      repositoryId: imageRepository,
      location,
      format: "DOCKER",
      description: "Images that run in this project. Their tags never move.",
      dockerConfig: { immutableTags: true },
      // Services that scale up pull their image again.
      lifecycle: { preventDestroy: true },
      dependsOn: [...services],
    });
    this.address = `${location}-docker.pkg.dev/${project}/${imageRepository}`;
  }
}
