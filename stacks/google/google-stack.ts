import { GoogleProvider as GoogleTerraformProvider } from "@cdktf/provider-google/lib/provider";
import { GcsBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { GoogleProvider, Inventory } from "../../inventory/inventory";

/** Properties of all Google Cloud stacks. */
export interface GoogleStackProps {
  readonly inventory: Inventory;
  /** The provider that the stack belongs to. */
  readonly provider: GoogleProvider;
}

/** A stack in one Google Cloud project. Its state is in a bucket of the same project, under the id of the stack. */
export abstract class GoogleStack extends TerraformStack {
  constructor(scope: Construct, id: string, { inventory, provider }: GoogleStackProps) {
    super(scope, id);
    new GcsBackend(this, { bucket: provider.stateBucket, prefix: id });
    const google = new GoogleTerraformProvider(this, "google", { project: provider.project });
    // As an argument, its keys would be converted to snake case, as if they were argument names (cdktf 0.21).
    google.addOverride("default_labels", { project: inventory.project.name, "managed-by": "mirrorform" });
  }
}
