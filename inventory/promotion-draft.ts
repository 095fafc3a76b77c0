import { itemsOf, membersOf } from "../document/draft";
import type { Path } from "../document/path";
import type { Draft } from "./draft";

/** A staging area of a draft. */
export type DraftStagingArea = NonNullable<NonNullable<Draft["staging"]>[string]>;

/** A staging area with its project and its place in the file. */
export interface PlacedStagingArea {
  readonly project: string;
  readonly area: DraftStagingArea;
  readonly path: readonly ["staging", string];
}

/** The staging areas of a draft. */
export function stagingAreasOf(draft: Draft): PlacedStagingArea[] {
  return membersOf(draft.staging).map(([project, area]) => ({ project, area, path: ["staging", project] }));
}

/** A value with its place in the file. */
export interface PlacedText {
  readonly text: string;
  readonly path: Path;
}

/** The mirrors that `promotion` names, in `require` and `destinations`. */
export function promotedMirrorsOf({ promotion }: Draft): PlacedText[] {
  const require = mirrorsAt(["promotion", "require"], promotion?.require);
  const destinations = membersOf(promotion?.destinations).flatMap(([destination, mirrors]) =>
    mirrorsAt(["promotion", "destinations", destination], mirrors),
  );
  return [...require, ...destinations];
}

function mirrorsAt(path: Path, named: string | number | readonly (string | undefined)[] | undefined): PlacedText[] {
  if (named === undefined || named === "all" || typeof named === "number") return [];
  if (typeof named === "string") return [{ text: named, path }];
  return itemsOf(named).map(([index, text]) => ({ text, path: [...path, index] }));
}
