import type { ArtifactKind } from "../inventory/inventory";
import type { Endpoints } from "./endpoints";
import type { RoutingTable, TableMirror } from "./routing-table";

/** Content that hosts serve but the origin cannot. */
export interface OriginGap {
  readonly kind: ArtifactKind;
  /** `deployment`: resolved by deployment; `nothing`: permanent. */
  readonly awaits: "deployment" | "nothing";
}

/** What an origin needs for each kind. */
const needed: Readonly<Record<ArtifactKind, readonly (keyof Endpoints)[]>> = {
  images: ["registry", "blobs"],
  files: ["files"],
};

function gap({ planned = {}, ...origin }: TableMirror, kind: ArtifactKind): OriginGap[] {
  const missing = needed[kind].filter((endpoint) => origin[endpoint] === undefined);
  if (missing.length === 0) return [];
  return [{ kind, awaits: missing.every((endpoint) => endpoint in planned) ? "deployment" : "nothing" }];
}

/**
 * What a table's hosts serve but its origin cannot: a redirector with such a table answers 503 where no other mirror can
 * answer, and is not ready. Empty for most tables: before its first deployment an origin has no address.
 */
export function originGaps({ content, origin }: Pick<RoutingTable, "content" | "origin">): OriginGap[] {
  const kinds = [...new Set(content.hosts.flatMap(({ serves }) => serves))].sort();
  return kinds.flatMap((kind) => gap(origin, kind));
}

/** Describes a gap, such as `the origin aws/us-east-2 is not deployed yet, and cannot serve files`. */
export function formatGap(origin: string, { kind, awaits }: OriginGap): string {
  return awaits === "deployment"
    ? `the origin ${origin} is not deployed yet, and cannot serve ${kind}`
    : `the origin ${origin} has no address for ${kind}`;
}
