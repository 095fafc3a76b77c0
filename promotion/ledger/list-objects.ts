import { fileKey } from "../../overlay/file-key";
import { imageKey } from "../../overlay/image-key";
import type { PromotedObject } from "../../overlay/overlay-content";
import { groupByRepository } from "./group-by-repository";
import type { Ledger } from "./ledger";

type Place = Omit<PromotedObject, "key">;

/** A mirror that has all of one of the promotions has the object, so the oldest of those that go everywhere counts. */
function joinPlaces(known: Place | undefined, { promotion, isEverywhere }: Place): Place {
  if (!known || (isEverywhere && !known.isEverywhere)) return { promotion, isEverywhere };
  if (isEverywhere !== known.isEverywhere || promotion >= known.promotion) return known;
  return { promotion, isEverywhere };
}

/** Lists each object once that is promoted and not withdrawn, for the index of redirectors. */
export function* listObjects({ images, files }: Ledger): Generator<PromotedObject> {
  for (const [repository, group] of groupByRepository(images.filter(({ withdrawn }) => !withdrawn))) {
    const places = new Map<string, Place>();
    for (const { digest, manifests, blobs, promotion, destinations } of group) {
      const place = { promotion, isEverywhere: destinations === undefined };
      for (const each of [digest, ...manifests, ...blobs]) places.set(each, joinPlaces(places.get(each), place));
    }
    for (const [digest, place] of places) yield { key: imageKey(repository, digest), ...place };
  }
  for (const { path, promotion, destinations, withdrawn } of files) {
    if (!withdrawn) yield { key: fileKey(path), promotion, isEverywhere: destinations === undefined };
  }
}
