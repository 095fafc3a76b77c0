import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** What a `GoogleFoundation` is made from. */
export interface GoogleFoundationProps {
  /** The APIs that the stack's resources need, each once, as `storage.googleapis.com`. */
  readonly services: readonly string[];
}

/**
 * The APIs of a Google Cloud project that a stack needs. Two stacks of one project may name the same API: enabling it
 * twice does nothing, and neither ever disables it, so that neither can take it from the other.
 *
 * The Service Usage and Cloud Resource Manager APIs, by which Terraform enables the others, must be enabled beforehand,
 * together with the bucket that keeps the state.
 */
export class GoogleFoundation extends Capability {
  readonly capability = "foundation" as const;
  /** What every first resource of a capability waits for. */
  readonly services: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { services }: GoogleFoundationProps) {
    super(scope, id);
    this.services = services.map((service) => new ProjectService(this, service, { service, disableOnDestroy: false }));
  }
}
