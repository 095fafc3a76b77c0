import { membersOf } from "../../document/draft";
import { cloudProvidersOf, type DraftCloudMirror, originOf } from "../draft";
import type { Rule } from "../rule";

/** A replicated registry at Azure has a home region. */
export const azureRegistryHome: Rule = {
  id: "azure/registry-home",
  severity: "error",
  reason:
    "A container registry is created in one home region and replicated to the others (https://learn.microsoft.com/en-us/azure/container-registry/container-registry-geo-replication); the home region cannot be changed later, so choose it explicitly.",
  *check(draft) {
    const origin = originOf(draft);
    for (const { key, provider, path } of cloudProvidersOf(draft)) {
      if (provider.cloud !== "azure") continue;
      const registries = membersOf<DraftCloudMirror>(provider.mirrors).filter(([, mirror]) => "registry" in mirror);
      if (registries.length < 2) continue;
      const home = origin?.provider === key ? origin.mirror : provider.primary;
      if (home === undefined && "primary" in provider) continue;
      if (registries.some(([region]) => region === home)) continue;
      const message = `${key} has its registry in ${registries.length} regions, and its primary is not one of them`;
      yield { path, target: "key", message, fix: `Add primary: ${registries[0]?.[0]} (or another of them).` };
    }
  },
};
