import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `AzureFoundation`. */
export interface AzureFoundationProps {
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The region of the group's own metadata. Its resources may be in any region. */
  readonly location: string;
  /** The group's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the group may be destroyed. @default false */
  readonly retired?: boolean;
}

/** The resource group of everything that one Azure provider has. */
export class AzureFoundation extends Capability {
  readonly capability = "foundation" as const;
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The resource group's id. */
  readonly id: string;

  constructor(scope: Construct, id: string, props: AzureFoundationProps) {
    super(scope, id);
    const { resourceGroup: name, location, tags, retired = false } = props;
    const group = new ResourceGroup(this, "resource-group", {
      name,
      location,
      tags: { ...tags },
      lifecycle: {
        // Deleting the group deletes everything in it.
        preventDestroy: !retired,
        // The region is chosen once: a different first mirror in the inventory must not move the group and its contents.
        ignoreChanges: ["location"],
      },
    });
    this.resourceGroup = group.name;
    this.id = group.id;
  }
}
