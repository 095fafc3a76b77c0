import { composeNames } from "../compose-names";
import type { Rule } from "../rule";

/** Names of container registries that Azure accepts. */
export const nameContainerRegistry: Rule = {
  id: "name/container-registry",
  severity: "error",
  reason:
    "A container registry's name has 5 to 50 letters and digits (https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerregistry); lower-case here, because it becomes a host name.",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composeNames(draft)) {
      if (kind !== "container-registry" || /^[a-z0-9]{5,50}$/.test(name)) continue;
      const message = `the registry's name "${name}" must have 5 to 50 lower-case letters and digits; it has ${name.length} characters`;
      yield { path, target, message, fix };
    }
  },
};
