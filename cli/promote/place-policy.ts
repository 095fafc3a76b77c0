import { dirname, join } from "node:path";
import type { Promotion } from "../../inventory/inventory";
import type { PolicyPlace } from "../../promotion/policy/read-policy";

/**
 * Where the policy is: where the inventory says, or beside the projects of the inventory's own manifests. `--manifests` does not move it,
 * because such a directory belongs to projects.
 */
export function placePolicy(
  inventory: string,
  { manifests, policy }: Pick<Promotion, "manifests" | "policy"> = { manifests: "promotions" },
): PolicyPlace {
  const file = join(dirname(inventory), policy ?? join(manifests, "policy.yaml"));
  return { file, isRequired: policy !== undefined };
}
