import { itemsOf, membersOf } from "../../document/draft";
import type { Path } from "../../document/path";
import type { Draft } from "../draft";
import type { Rule } from "../rule";

/** Each path at the mirrors belongs to one project. */
export const promotionPathTaken: Rule = {
  id: "promotion/path-taken",
  severity: "error",
  reason:
    "A project's approvers decide what is at its paths. A path inside another project's belongs to the project with the longer one; equal paths would belong to both.",
  *check(draft) {
    const owners = new Map<string, string>();
    for (const { kind, project, at, path, target } of pathsOf(draft)) {
      const owner = owners.get(`${kind} ${at}`) ?? project;
      owners.set(`${kind} ${at}`, owner);
      if (owner === project) continue;
      const message = `${at === "" ? "the root" : at} already belongs to ${owner}, for its ${kind}`;
      const fix = `Choose another path for ${project}: ${kind}-at`;
      yield { path, ...(target && { target }), message, fix };
    }
  },
};

interface PlacedPath {
  readonly kind: "images" | "files";
  readonly project: string;
  readonly at: string;
  readonly path: Path;
  readonly target?: "key";
}

/** The paths of all projects; those written first, as a default is easier to change. */
function pathsOf({ promotion }: Draft): PlacedPath[] {
  const found = membersOf(promotion?.projects).flatMap(([key, project]): PlacedPath[] => {
    const path = ["promotion", "projects", key];
    const byDefault = { project: key, at: key, path, target: "key" } as const;
    const images = itemsOf(project["images-at"]).map(
      ([index, at]) => ({ kind: "images", project: key, at, path: [...path, "images-at", index] }) as const,
    );
    const files = project["files-at"];
    return [
      ...images,
      ...("images-at" in project ? [] : [{ ...byDefault, kind: "images" } as const]),
      ...(files === undefined
        ? []
        : [{ kind: "files", project: key, at: files, path: [...path, "files-at"] } as const]),
      ...("files-at" in project ? [] : [{ ...byDefault, kind: "files" } as const]),
    ];
  });
  return found.sort((a, b) => Number(a.target === "key") - Number(b.target === "key"));
}
