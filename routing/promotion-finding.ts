import { fileKey } from "../overlay/file-key";
import { imageKey } from "../overlay/image-key";
import type { Overlay } from "../overlay/overlay";
import { type Asked, type AskedContent, digestPattern, signatureTagPattern } from "./asked";
import type { Ranked } from "./candidates";
import type { Conditions, Presence } from "./conditions";

/**
 * What an overlay knows about an object:
 *
 * - `not-promoted`: no mirror has it;
 * - `everywhere`: mirrors that are verified up to its promotion have it;
 * - `tag`: only mirrors that are verified up to the newest promotion have it where it is now.
 */
export type PromotionFinding =
  | { readonly is: "not-promoted" }
  | { readonly is: "everywhere" | "tag"; readonly promotion: number };

const notPromoted: PromotionFinding = { is: "not-promoted" };

/** Why an object was withdrawn, perhaps in no words; undefined if it was not. */
export function findWithdrawal(overlay: Overlay, asked: Asked): string | undefined {
  if (overlay.withdrawals === 0) return undefined;
  switch (asked.class) {
    case "blob":
      return overlay.withdrawalOfObject(imageKey(asked.name, asked.digest));
    case "manifest":
    case "signature":
      return findReferenceWithdrawal(overlay, asked.name, asked.reference);
    case "file":
    case "metadata":
      return overlay.withdrawalOfFile(fileKey(asked.path));
    case "mirror-list":
      return findWithdrawal(overlay, asked.of);
    default:
      return undefined;
  }
}

/** The tags of an image's signatures, which name its digest, go with the image. */
function findReferenceWithdrawal(overlay: Overlay, name: string, reference: string): string | undefined {
  if (digestPattern.test(reference)) return overlay.withdrawalOfObject(imageKey(name, reference));
  const byTag = overlay.withdrawalOfTag(name, reference);
  if (byTag !== undefined || !signatureTagPattern.test(reference)) return byTag;
  const [algorithm, digits = ""] = reference.split("-");
  return overlay.withdrawalOfObject(imageKey(name, `${algorithm}:${digits.split(".")[0]}`));
}

/**
 * What an overlay knows about an object. Nothing of lists, directories, and files that vouch for others or change under one name: these
 * are not content that mirrors are filled with, or come from the origin.
 */
export function findPromotion(overlay: Overlay, asked: AskedContent): PromotionFinding | undefined {
  if (overlay.newest === undefined) return undefined;
  switch (asked.class) {
    case "blob":
      return findImageObject(overlay, asked.name, asked.digest);
    case "manifest":
    case "signature":
      if (digestPattern.test(asked.reference)) return findImageObject(overlay, asked.name, asked.reference);
      return overlay.coversImage(asked.name) ? { is: "tag", promotion: overlay.newest } : undefined;
    case "file": {
      const key = fileKey(asked.path);
      return findObject(overlay, key, () => overlay.coversFile(key));
    }
    default:
      return undefined;
  }
}

function findImageObject(overlay: Overlay, name: string, digest: string): PromotionFinding | undefined {
  return findObject(overlay, imageKey(name, digest), () => overlay.coversImage(name));
}

/** Of an object that goes to some mirrors only, the overlay does not know to which. */
function findObject(overlay: Overlay, key: string, isCovered: () => boolean): PromotionFinding | undefined {
  const found = overlay.promotionOf(key);
  if (found === undefined) return isCovered() ? notPromoted : undefined;
  return found.isEverywhere ? { is: "everywhere", promotion: found.promotion } : undefined;
}

/** Whether an overlay says that a mirror is verified to hold what was found. */
export function isVerifiedAt(overlay: Overlay, finding: PromotionFinding, { store }: Ranked): boolean {
  return finding.is !== "not-promoted" && finding.promotion <= overlay.completeUpTo(store);
}

/** The presence of an object at a mirror. What the overlay says comes first, but never makes an unhealthy mirror healthy. */
export function presenceAt(
  conditions: Conditions,
  finding: PromotionFinding | undefined,
  ranked: Ranked,
  url: string,
): Presence {
  const { overlay } = conditions;
  const { mirror, isOrigin } = ranked;
  if (overlay === undefined || finding === undefined || isOrigin) return conditions.presence(mirror, url, false);
  const isVerified = isVerifiedAt(overlay, finding, ranked);
  if (!isVerified && finding.is !== "everywhere") return "absent";
  return conditions.presence(mirror, url, isVerified);
}
