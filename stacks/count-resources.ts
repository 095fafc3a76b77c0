import { TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { Capability, type CapabilityName } from "../constructs/capability";

function capabilityOf(resource: IConstruct): CapabilityName {
  const owner = resource.node.scopes.findLast((scope): scope is Capability => scope instanceof Capability);
  if (!owner) throw new Error(`${resource.node.path} is in no capability`);
  return owner.capability;
}

/**
 * How many resources each capability creates in a stack. A resource counts under the innermost capability around it.
 *
 * @throws Error for a resource that is in no capability
 */
export function countResources(stack: TerraformStack): Readonly<Partial<Record<CapabilityName, number>>> {
  const counts: Partial<Record<CapabilityName, number>> = {};
  for (const resource of stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node))) {
    const capability = capabilityOf(resource);
    counts[capability] = (counts[capability] ?? 0) + 1;
  }
  return counts;
}
