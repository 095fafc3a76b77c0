import { composedNames } from "../composed-names";
import type { Rule } from "../rule";

/** Names of container registries that Azure takes. */
export const nameContainerRegistry: Rule = {
  id: "name/container-registry",
  severity: "error",
  reason:
    "A container registry's name has 5 to 50 letters and digits (https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerregistry); lower-case, as it becomes a host.",
  *check(draft) {
    for (const { kind, name, path, target, fix } of composedNames(draft)) {
      if (kind !== "container-registry" || /^[a-z0-9]{5,50}$/.test(name)) continue;
      const message = `the registry's name "${name}" is not of 5 to 50 lower-case letters and digits (it has ${name.length} characters)`;
      yield { path, target, message, fix };
    }
  },
};
