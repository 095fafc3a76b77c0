import { EcrpublicRepository } from "@cdktf/provider-aws/lib/ecrpublic-repository";
import { Fn } from "cdktf";
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
  /** The alias of the account's public registry, which AWS chooses; undefined if there are no repositories. */
  readonly alias: string | undefined;

  constructor(scope: Construct, id: string, { repositories, retired = false }: AwsRegistryProps) {
    super(scope, id);
    const [first] = repositories.map((name) => this.#createRepository(name, retired));
    this.alias = first && aliasOf(first);
  }

  #createRepository(name: string, retired: boolean): EcrpublicRepository {
    return new EcrpublicRepository(this, name, {
      region: managementRegion,
      repositoryName: name,
      forceDestroy: retired,
      lifecycle: { preventDestroy: !retired },
    });
  }
}

/** A repository's URI is `public.ecr.aws/ALIAS/NAME` (Terraform, `aws_ecrpublic_repository`). */
function aliasOf({ repositoryUri }: EcrpublicRepository): string {
  return Fn.element(Fn.split("/", repositoryUri), 1);
}
