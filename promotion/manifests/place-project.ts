import type { Destinations } from "../promoted";
import { mapDestination } from "./map-destination";
import type { Placement } from "./placement";
import type { ListedPlace, ProjectManifest } from "./project-manifest";

/** A path below the roots of mirrors to which a project's artifacts go. */
export interface PlacedDestination {
  /** With a final slash, or empty: what comes before each name. */
  readonly prefix: string;
  readonly destinations: Destinations;
}

/** A destination of a manifest that is not a mirror of the inventory. */
export interface UnmappedDestination extends ListedPlace {
  readonly project: string;
}

/** Where a project's artifacts come from and go to. */
export interface PlacedProject {
  /** Without a final slash; undefined if neither the manifest nor the inventory names it. */
  readonly source: string | undefined;
  readonly placed: readonly PlacedDestination[];
  readonly unmapped: readonly UnmappedDestination[];
}

/** Finds the source and the destinations of a project: those that its manifest lists, or the inventory's. */
export function placeProject(
  manifest: Pick<ProjectManifest, "kind" | "project" | "source" | "destinations">,
  placement: Placement,
): PlacedProject {
  const { kind, project, source, destinations } = manifest;
  if (destinations !== undefined) return { source: source?.name, ...mapListed(project, destinations, placement) };
  const staging = placement.stagingOf(project);
  const own = kind === "images" ? staging?.registry : staging?.bucket;
  const prefixes = kind === "images" ? placement.imagesAt(project) : [placement.filesAt(project)];
  const placed = prefixes.map((prefix) => ({ prefix: withSlash(prefix), destinations: "all" }) as const);
  return { source: own?.replace(/\/+$/, ""), placed, unmapped: [] };
}

function mapListed(project: string, listed: readonly ListedPlace[], { destinations }: Placement) {
  const mirrors = new Map<string, Destinations>();
  const unmapped: UnmappedDestination[] = [];
  for (const destination of listed) {
    const mapped = mapDestination(destination.name, destinations);
    if (mapped === undefined) unmapped.push({ project, ...destination });
    else mirrors.set(withSlash(mapped.rest), joinMirrors(mirrors.get(withSlash(mapped.rest)), mapped.mirrors));
  }
  const placed = [...mirrors].map(([prefix, names]) => ({ prefix, destinations: names }));
  return { placed: placed.filter((each) => each.destinations.length > 0), unmapped };
}

function joinMirrors(known: Destinations | undefined, more: Destinations): Destinations {
  return known === "all" || more === "all" ? "all" : [...new Set([...(known ?? []), ...more])].sort();
}

function withSlash(prefix: string): string {
  const bare = prefix.replace(/^\/+|\/+$/g, "");
  return bare === "" ? "" : `${bare}/`;
}
