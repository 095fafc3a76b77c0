import { distanceKilometres } from "../inventory/coordinates";
import type { Network, RoutingTable, TableMirror } from "./routing-table";

/** What mirrors hold that need not be the origin's. */
export type MirroredClass = "blob" | "file";

/**
 * How a mirror stands to a network, best first:
 *
 * - `own-region`: it is in the client's own region;
 * - `named`: its `serves` names the client's region;
 * - `pattern`: a pattern of its `serves` matches the region;
 * - `near`: it is the client's provider's, so many kilometres from the client's region;
 * - `own`: it is the client's provider's, and nothing is known of distances;
 * - `public`: it takes clients of no provider, by weight;
 * - `origin`: the last fallback;
 *
 * and behind all these the mirrors that the client is never sent to, with the reason.
 */
export type Standing =
  | { readonly grade: "own-region" | "named" | "public" | "origin" }
  | { readonly grade: "pattern"; readonly pattern: string }
  | { readonly grade: "near"; readonly kilometres: number }
  | { readonly grade: "own"; readonly primary: boolean }
  | { readonly grade: "out"; readonly because: "retired" | "draining" | "lacks" | "other-provider" };

/** Grades from best to worst. */
const grades = ["own-region", "named", "pattern", "near", "own", "public", "origin", "out"] as const;

function ownStanding(mirror: TableMirror, network: Network): Standing {
  const { region, place } = network;
  if (region !== undefined) {
    if (mirror.region === region) return { grade: "own-region" };
    if (mirror.serves?.includes(region)) return { grade: "named" };
    const pattern = mirror.serves
      ?.filter((entry) => entry.endsWith("*") && region.startsWith(entry.slice(0, -1)))
      .reduce((longest, entry) => (entry.length > longest.length ? entry : longest), "");
    if (pattern) return { grade: "pattern", pattern };
  }
  if (place && mirror.place) return { grade: "near", kilometres: distanceKilometres(place, mirror.place) };
  return { grade: "own", primary: mirror.primary };
}

/** How a mirror stands to a network, for blobs or for files. */
export function standing(table: RoutingTable, mirror: TableMirror, network: Network, of: MirroredClass): Standing {
  const holds = of === "blob" ? mirror.blobs : mirror.files;
  if (holds === undefined) return { grade: "out", because: "lacks" };
  if (mirror.state === "retired") return { grade: "out", because: "retired" };
  const isOwn = mirror.provider === network.provider;
  if (mirror.state === "draining") {
    const ownRegion = isOwn && mirror.region !== undefined && mirror.region === network.region;
    return ownRegion ? { grade: "own-region" } : { grade: "out", because: "draining" };
  }
  if (isOwn) return ownStanding(mirror, network);
  if (mirror.weight > 0) return { grade: "public" };
  if (mirror === table.origin) return { grade: "origin" };
  return { grade: "out", because: "other-provider" };
}

/** A mirror, and how it stands. */
export interface Ranked {
  readonly mirror: TableMirror;
  readonly standing: Standing;
}

function detail(of: Standing): number {
  if (of.grade === "pattern") return -of.pattern.length;
  if (of.grade === "near") return of.kilometres;
  if (of.grade === "own") return of.primary ? 0 : 1;
  return 0;
}

/**
 * All mirrors of the table for a network, best first. Mirrors that nothing tells apart keep the order of their ids;
 * among those, the client decides (`rendezvous.ts`).
 */
export function rank(table: RoutingTable, network: Network, of: MirroredClass): Ranked[] {
  return table.content.mirrors
    .map((mirror) => ({ mirror, standing: standing(table, mirror, network, of) }))
    .sort((a, b) => compareStandings(a.standing, b.standing));
}

/** Negative where the first is better, 0 where nothing tells them apart. */
export function compareStandings(a: Standing, b: Standing): number {
  return grades.indexOf(a.grade) - grades.indexOf(b.grade) || detail(a) - detail(b);
}
