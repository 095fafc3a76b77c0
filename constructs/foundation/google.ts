import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `GoogleFoundation`. */
export interface GoogleFoundationProps {
  /** The APIs that the stack's resources need, without duplicates, such as `storage.googleapis.com`. */
  readonly services: readonly string[];
}

/**
 * The APIs of a Google Cloud project that a stack needs. Two stacks of one project may name the same API: enabling it
 * twice does no harm, and neither stack ever disables it for the other.
 *
 * Terraform needs the Service Usage and Cloud Resource Manager APIs to enable the others. They must be enabled beforehand,
 * and the bucket for the state must exist.
 */
export class GoogleFoundation extends Capability {
  readonly capability = "foundation" as const;
  /** The dependencies of the first resources of every capability. */
  readonly services: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { services }: GoogleFoundationProps) {
    super(scope, id);
    this.services = services.map((service) => new ProjectService(this, service, { service, disableOnDestroy: false }));
  }
}
