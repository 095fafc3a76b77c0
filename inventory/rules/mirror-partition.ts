import { cloudMirrorsOf } from "../draft";
import { findRegionStanding } from "../find-region-standing";
import type { Rule } from "../rule";

/** A mirror's region is available to the provider's account. */
export const mirrorPartition: Rule = {
  id: "mirror/partition",
  severity: "error",
  reason:
    "China, the US government and the European sovereign cloud are partitions with separate accounts (https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html).",
  *check(draft) {
    for (const { provider, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      const standing = findRegionStanding(provider.cloud, mirrorKey);
      if (standing.kind !== "partition") continue;
      const message = `${mirrorKey} belongs to ${standing.partition}, which an ordinary ${provider.cloud} account cannot use`;
      const fix = `Let a public region serve it (serves: [${mirrorKey}]), or add it as an external mirror.`;
      yield { path: mirrorPath, target: "key", message, fix };
    }
  },
};
