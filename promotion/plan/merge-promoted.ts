import { imageKey } from "../../overlay/image-key";
import type { PromotedImage } from "../promoted";
import { mergeEntries, type WantedImage } from "./wanted-image";

/** All entries for one digest of one repository as one, by `imageKey`. */
export function mergePromoted(images: readonly PromotedImage[]): Map<string, WantedImage> {
  const groups = new Map<string, PromotedImage[]>();
  for (const image of images) {
    const group = groups.get(image.repository);
    if (group) group.push(image);
    else groups.set(image.repository, [image]);
  }
  const merged = new Map<string, WantedImage>();
  for (const group of groups.values()) {
    for (const each of mergeEntries(group).values())
      merged.set(imageKey(each.image.repository, each.image.digest), each);
  }
  return merged;
}
