import { formatCount } from "../../document/format-count";
import type { Problem } from "../../document/problem";
import type { UnmappedDestination } from "./place-project";
import { unmappedFix } from "./unmapped-fix";

/** More destinations below one root are one warning: kubernetes/k8s.io lists 70 projects in each of 22 regions. */
const mostPlaces = 3;

/** A host and the first part of its path, or a bucket: what an inventory maps. */
const root = /^(?:[a-z0-9]+:\/\/[^/]+|[^/]+(?:\/[^/]+)?)/;

/** Warns of listed destinations that are not mirrors: at each place, or once for all below one root. */
export function warnOfUnmapped(unmapped: readonly UnmappedDestination[]): Problem[] {
  const byRoot = new Map<string, UnmappedDestination[]>();
  for (const each of unmapped) {
    const [key] = root.exec(each.name) ?? [each.name];
    byRoot.set(key, [...(byRoot.get(key) ?? []), each]);
  }
  return [...byRoot.values()].flatMap((places) => {
    const [first] = places;
    if (first === undefined) return [];
    if (places.length <= mostPlaces) return places.map(warnOfOne);
    const shared = sharedPath(places.map(({ name }) => name));
    const message = `${formatCount(places.length, "destination")} at ${shared} are not mirrors: nothing is promoted to them`;
    return [warn(first, message, shared)];
  });
}

/** The longest path that all names begin with. */
function sharedPath(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => name.split("/"));
  const end = first.findIndex((part, index) => others.some((parts) => parts[index] !== part));
  return first.slice(0, end < 0 ? undefined : end).join("/");
}

function warnOfOne(place: UnmappedDestination): Problem {
  return warn(place, `${place.name} is not a mirror: nothing is promoted to it`, place.name);
}

function warn({ mention }: UnmappedDestination, message: string, destination: string): Problem {
  const { manifest, path, target } = mention;
  const complaint = {
    rule: "manifest/unmapped-destination",
    severity: "warning",
    message,
    fix: unmappedFix(destination),
  } as const;
  return manifest.complain(complaint, path, target);
}
