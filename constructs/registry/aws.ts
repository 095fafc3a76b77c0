import { EcrpublicRepository } from "@cdktf/provider-aws/lib/ecrpublic-repository";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `AwsRegistry`. */
export interface AwsRegistryProps {
  /** The repositories' names. */
  readonly repositories: readonly string[];
  /** Whether the repositories may be destroyed, with every image in them. @default false */
  readonly retired?: boolean;
}

/** The only region that manages ECR Public (Terraform, `aws_ecrpublic_repository`). It serves images from everywhere. */
const managementRegion = "us-east-1";

/** ECR Public repositories: the only AWS registry that allows anonymous pulls. */
export class AwsRegistry extends Capability {
  readonly capability = "registry" as const;

  constructor(scope: Construct, id: string, { repositories, retired = false }: AwsRegistryProps) {
    super(scope, id);
    for (const name of repositories) this.#createRepository(name, retired);
  }

  #createRepository(name: string, retired: boolean): void {
    new EcrpublicRepository(this, name, {
      region: managementRegion,
      repositoryName: name,
      forceDestroy: retired,
      lifecycle: { preventDestroy: !retired },
    });
  }
}
