import { membersOf } from "../../document/draft";
import { cloudProvidersOf, type DraftCloudMirror, originOf } from "../draft";
import type { Rule } from "../rule";

/** Providers with several buckets have a primary. */
export const providerNoPrimary: Rule = {
  id: "provider/no-primary",
  severity: "warning",
  reason: "Without a primary, nothing is copied between a provider's buckets: promotion has to fill each of them.",
  *check(draft) {
    const origin = originOf(draft)?.provider;
    for (const { key, provider, path } of cloudProvidersOf(draft)) {
      if ("primary" in provider || key === origin) continue;
      const buckets = membersOf<DraftCloudMirror>(provider.mirrors).filter(([, mirror]) => "bucket" in mirror);
      if (buckets.length < 2) continue;
      const message = `${key} has ${buckets.length} buckets, but no primary to copy from`;
      const fix = `Add primary: ${buckets[0]?.[0]} (or another of its regions), unless promotion fills each bucket.`;
      yield { path, target: "key", message, fix };
    }
  },
};
