import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** Every provider has a mirror. */
export const providerNoMirrors: Rule = {
  id: "provider/no-mirrors",
  severity: "error",
  reason: "A provider that has no mirror gives nothing, but its clients would be taken for its own.",
  *check(draft) {
    for (const { key, provider, path } of providersOf(draft)) {
      if (provider.mirrors === undefined || Object.keys(provider.mirrors).length > 0) continue;
      const fix = "Add a mirror, or take the provider out.";
      yield { path: [...path, "mirrors"], message: `${key} has no mirror`, fix };
    }
    if (draft.providers !== undefined && Object.keys(draft.providers).length === 0) {
      yield { path: ["providers"], message: "there is no provider", fix: "Name who donates, and where." };
    }
  },
};
