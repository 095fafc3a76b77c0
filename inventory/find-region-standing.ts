import { findNearest } from "../document/find-nearest";
import { suggestWord } from "../document/suggest-word";
import { type Cloud, findRegion, regions } from "./region";

/** The status of a region name at a cloud. */
export type RegionStanding =
  /** A region that an ordinary account can use. */
  | { readonly kind: "public" }
  /** A region in a partition with separate accounts. */
  | { readonly kind: "partition"; readonly partition: string }
  /** Not a region of this cloud. The hint is a suggestion that starts with `;`, or an empty string. */
  | { readonly kind: "unknown"; readonly hint: string };

/** Looks up a region by its exact id, with a suggestion if there is none. */
export function findRegionStanding(cloud: Cloud, name: string): RegionStanding {
  const region = findRegion(cloud, name);
  if (region === undefined || region.region !== name) return { kind: "unknown", hint: describeHint(cloud, name) };
  return region.partition === "public" ? { kind: "public" } : { kind: "partition", partition: region.partition };
}

function describeHint(cloud: Cloud, name: string): string {
  const elsewhere = regions.find((region) => region.region === name);
  if (elsewhere !== undefined) return `; it is a region of ${elsewhere.cloud}`;
  const ofCloud = regions.filter((region) => region.cloud === cloud && region.partition === "public");
  const meant =
    findRegion(cloud, name)?.region ??
    findNearest(
      name,
      ofCloud.map(({ region }) => region),
    );
  return suggestWord(meant);
}
