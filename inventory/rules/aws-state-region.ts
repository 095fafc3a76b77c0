import { cloudProvidersOf } from "../draft";
import { findRegionStanding } from "../find-region-standing";
import type { Rule } from "../rule";

/** The bucket of Terraform's state is in an AWS region. */
export const awsStateRegion: Rule = {
  id: "aws/state-region",
  severity: "error",
  reason: "Terraform needs its state, so the account must be able to reach the region of the state bucket.",
  *check(draft) {
    for (const { provider, path } of cloudProvidersOf(draft)) {
      const region = provider.cloud === "aws" ? provider["state-region"] : undefined;
      const standing = region === undefined ? undefined : findRegionStanding("aws", region);
      if (standing === undefined || standing.kind === "public") continue;
      const hint = standing.kind === "unknown" ? standing.hint : `; it belongs to ${standing.partition}`;
      const message = `"${region}" is not a region that an AWS account can use${hint}`;
      yield { path: [...path, "state-region"], message, fix: "Write the region of the bucket." };
    }
  },
};
