import { nearest } from "../document/nearest";
import { suggestWord } from "../document/suggest-word";
import { type Cloud, findRegion, regions } from "./region";

/** What is known of a region's name at a cloud. */
export type RegionStanding =
  /** A region that an ordinary account can use. */
  | { readonly kind: "public" }
  /** A region of a part of the cloud that has accounts of its own. */
  | { readonly kind: "partition"; readonly partition: string }
  /** No region of this cloud; with words that say what may be meant (and begin with `;`), or none. */
  | { readonly kind: "unknown"; readonly hint: string };

/** Looks a region up as the cloud itself spells it, and says which may be meant if there is none. */
export function regionStanding(cloud: Cloud, name: string): RegionStanding {
  const region = findRegion(cloud, name);
  if (region === undefined || region.region !== name) return { kind: "unknown", hint: hint(cloud, name) };
  return region.partition === "public" ? { kind: "public" } : { kind: "partition", partition: region.partition };
}

function hint(cloud: Cloud, name: string): string {
  const elsewhere = regions.find((region) => region.region === name);
  if (elsewhere !== undefined) return `; it is one of ${elsewhere.cloud}`;
  const ofCloud = regions.filter((region) => region.cloud === cloud && region.partition === "public");
  const meant =
    findRegion(cloud, name)?.region ??
    nearest(
      name,
      ofCloud.map(({ region }) => region),
    );
  return suggestWord(meant);
}
