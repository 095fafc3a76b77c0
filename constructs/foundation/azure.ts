import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** What an `AzureFoundation` is made from. */
export interface AzureFoundationProps {
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** Where the group's own data is kept; what is in the group may be anywhere. */
  readonly location: string;
  /** The tags of the group. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the group may be destroyed. @default false */
  readonly retired?: boolean;
}

/** The resource group of everything that one Azure provider has. */
export class AzureFoundation extends Capability {
  readonly capability = "foundation" as const;
  /** The resource group's name. */
  readonly resourceGroup: string;

  constructor(scope: Construct, id: string, props: AzureFoundationProps) {
    super(scope, id);
    const { resourceGroup: name, location, tags, retired = false } = props;
    const group = new ResourceGroup(this, "resource-group", {
      name,
      location,
      tags: { ...tags },
      lifecycle: {
        // With the group goes whatever is in it.
        preventDestroy: !retired,
        // It is chosen once: another first mirror in the inventory must not move the group, and all that is in it.
        ignoreChanges: ["location"],
      },
    });
    this.resourceGroup = group.name;
  }
}
