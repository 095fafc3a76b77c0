import { GoogleProvider as GoogleTerraformProvider } from "@cdktf/provider-google/lib/provider";
import { GcsBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { GoogleProvider, Inventory } from "../../inventory/inventory";

/** What every stack at Google Cloud is made from. */
export interface GoogleStackProps {
  readonly inventory: Inventory;
  /** The provider whose stack it is. */
  readonly provider: GoogleProvider;
}

/** A stack in one Google Cloud project, its state in a bucket of the same project, below its own id. */
export abstract class GoogleStack extends TerraformStack {
  constructor(scope: Construct, id: string, { inventory, provider }: GoogleStackProps) {
    super(scope, id);
    new GcsBackend(this, { bucket: provider.stateBucket, prefix: id });
    const google = new GoogleTerraformProvider(this, "google", { project: provider.project });
    // As an argument its keys would be written in snake case, as if they were names of arguments (cdktf 0.21).
    google.addOverride("default_labels", { project: inventory.project.name, "managed-by": "mirrorform" });
  }
}
