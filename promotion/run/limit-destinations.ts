import type { Destinations } from "../promoted";
import type { RunContext } from "./run-context";

/** The mirrors of artifacts that do not go to all mirrors that hold artifacts of their kind. @returns undefined if they do */
export type LimitDestinations = (destinations: Destinations, kind: "image" | "file") => readonly string[] | undefined;

/** Creates the check for the mirrors of a run. A list of all of them is no limit. */
export function createLimit({ targets, unplaced }: Pick<RunContext, "targets" | "unplaced">): LimitDestinations {
  const mirrorsOf = (isFile: boolean) =>
    new Set([...targets, ...unplaced].flatMap(({ kind, mirror }) => ((kind === "files") === isFile ? [mirror] : [])));
  const mirrors = { image: mirrorsOf(false), file: mirrorsOf(true) };
  return (destinations, kind) => {
    if (destinations === "all") return undefined;
    const listed = new Set(destinations);
    return [...mirrors[kind]].every((mirror) => listed.has(mirror)) ? undefined : [...listed].sort();
  };
}
