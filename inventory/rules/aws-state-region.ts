import { cloudProvidersOf } from "../draft";
import { regionStanding } from "../region-standing";
import type { Rule } from "../rule";

/** The bucket of Terraform's state is in a region of AWS. */
export const awsStateRegion: Rule = {
  id: "aws/state-region",
  severity: "error",
  reason:
    "Without its state Terraform can do nothing, so the region of the state's bucket must be one of the account's.",
  *check(draft) {
    for (const { provider, path } of cloudProvidersOf(draft)) {
      const region = provider.cloud === "aws" ? provider["state-region"] : undefined;
      const standing = region === undefined ? undefined : regionStanding("aws", region);
      if (standing === undefined || standing.kind === "public") continue;
      const hint = standing.kind === "unknown" ? standing.hint : `; it belongs to ${standing.partition}`;
      const message = `"${region}" is no region that an account of aws can reach${hint}`;
      yield { path: [...path, "state-region"], message, fix: "Write the region in which the bucket is." };
    }
  },
};
