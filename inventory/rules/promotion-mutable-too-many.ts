import { itemsOf } from "../../document/draft";
import { cloudMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/**
 * Google permits 20 grants of one role to one principal with different conditions (IAM, "Quotas and limits"). One of them is for the
 * indexes of donors.
 */
const mostPatterns = 19;

/** Each pattern of files is a grant of its own at Google's buckets. */
export const promotionMutableTooMany: Rule = {
  id: "promotion/mutable-too-many",
  severity: "error",
  reason: `Replacing an object at Google needs the right to delete it, which is granted for one pattern at a time, and a bucket takes ${mostPatterns} of these grants.`,
  *check(draft) {
    const files = itemsOf(draft.promotion?.mutable).filter(([, pattern]) => !pattern.includes(":"));
    const [next] = files.slice(mostPatterns);
    if (next === undefined) return;
    const isLimited = cloudMirrorsOf(draft).some(
      ({ provider, mirror }) =>
        provider.cloud === "google" && mirror.bucket !== undefined && mirror.withdrawal !== true,
    );
    if (!isLimited) return;
    const message = `${files.length} patterns of files are more than a bucket at Google can grant: ${mostPatterns}`;
    yield {
      path: ["promotion", "mutable", next[0]],
      message,
      fix: "Join patterns with *, such as release/latest*.txt",
    };
  },
};
