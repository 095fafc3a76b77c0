import { signedDigest } from "../image/signature-tag";
import type { LedgerImage } from "./ledger";

/** The digests that something is attached to: cosign's tags name their subjects, and one signature may have the tags of several images. */
export function subjectsOf({ attachedTo, tags }: Pick<LedgerImage, "attachedTo" | "tags">): string[] {
  return [...(attachedTo === undefined ? [] : [attachedTo]), ...tags.flatMap((tag) => signedDigest(tag) ?? [])];
}
