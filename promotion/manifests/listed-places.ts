import { memberOf } from "../../document/schema-field";
import type { CheckedManifest } from "./checked-manifest";
import type { ListedPlace } from "./project-manifest";

/** The source and the destinations that a manifest lists; neither if it lists none. */
export interface ListedPlaces {
  readonly source?: ListedPlace;
  readonly destinations?: readonly ListedPlace[];
}

/** Reads the places of the first file that has such a list. @param field the field of an entry with its place */
export function readListedPlaces(
  files: readonly CheckedManifest[],
  list: "registries" | "filestores",
  field: "name" | "base",
): ListedPlaces {
  const file = files.find(({ value }) => !Array.isArray(value) && memberOf(value, list) !== undefined);
  if (file === undefined) return {};
  const entries = entriesOf(memberOf(file.value, list)).flatMap(([index, entry]) => {
    const name = memberOf(entry, field);
    if (typeof name !== "string") return [];
    const mention = { manifest: file, path: [list, index, field], target: "value" } as const;
    const place = file.placeOf(mention.path, mention.target);
    return [{ isSource: memberOf(entry, "src") === true, listed: { name: name.replace(/\/+$/, ""), place, mention } }];
  });
  const source = entries.find(({ isSource }) => isSource)?.listed;
  const destinations = entries.filter(({ isSource }) => !isSource).map(({ listed }) => listed);
  return { ...(source === undefined ? {} : { source }), destinations };
}

/** The entries of a list, with their positions; none of anything else. */
export function entriesOf(value: unknown): [number, unknown][] {
  return Array.isArray(value) ? [...value.entries()] : [];
}
