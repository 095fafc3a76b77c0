import { membersOf } from "../../document/draft";
import { cloudProvidersOf, type DraftCloudMirror, originOf } from "../draft";
import { mostAzureCopies } from "../inventory";
import type { Rule } from "../rule";

/** Azure copies one storage account to only a few others. */
export const azureTooManyCopies: Rule = {
  id: "azure/too-many-copies",
  severity: "error",
  reason: `Azure copies one storage account to at most ${mostAzureCopies} others (https://learn.microsoft.com/en-us/azure/storage/blobs/object-replication-overview#replication-policies): write which accounts promotion fills instead.`,
  *check(draft) {
    const origin = originOf(draft);
    for (const { key, provider, path } of cloudProvidersOf(draft)) {
      if (provider.cloud !== "azure") continue;
      const primary = origin?.provider === key ? origin.mirror : provider.primary;
      if (primary === undefined) continue;
      const copied = membersOf<DraftCloudMirror>(provider.mirrors).filter(([region, { bucket, state }]) => {
        return (
          bucket &&
          region !== primary &&
          state !== "retired" &&
          !("filled-by" in bucket && bucket["filled-by"] !== "replication")
        );
      });
      if (copied.length <= mostAzureCopies) continue;
      const message = `${key} would copy ${primary} to ${copied.map(([region]) => region).join(", ")}: Azure allows at most ${mostAzureCopies} copies`;
      const fix = "Write bucket: { filled-by: promotion } for all but two of them.";
      yield { path: [...path, "mirrors"], target: "key", message, fix };
    }
  },
};
