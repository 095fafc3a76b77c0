import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** Every provider has a mirror. */
export const providerNoMirrors: Rule = {
  id: "provider/no-mirrors",
  severity: "error",
  reason: "A provider without mirrors donates nothing, but would still claim clients.",
  *check(draft) {
    for (const { key, provider, path } of providersOf(draft)) {
      if (provider.mirrors === undefined || Object.keys(provider.mirrors).length > 0) continue;
      const fix = "Add a mirror, or remove the provider.";
      yield { path: [...path, "mirrors"], message: `${key} has no mirror`, fix };
    }
    if (draft.providers !== undefined && Object.keys(draft.providers).length === 0) {
      yield { path: ["providers"], message: "there is no provider", fix: "Add a provider with a mirror." };
    }
  },
};
