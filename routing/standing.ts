import { distanceKilometres } from "../inventory/coordinates";
import type { ContentClass } from "./asked";
import { creditLeft } from "./credit";
import type { Network, RoutingTable, TableMirror } from "./routing-table";

/** Requirements on a mirror for a class. */
interface Requirement {
  /** The endpoint that it needs. */
  readonly endpoint: "blobs" | "files" | "registry";
  /** Whether only the origin and trusted mirrors may answer: the content is not verifiable. */
  readonly trusted: boolean;
  /** Whether a HEAD reveals presence; a list may be silently incomplete. */
  readonly askable: boolean;
}

/** What each class requires. */
export const requirements: Readonly<Record<ContentClass, Requirement>> = {
  blob: { endpoint: "blobs", trusted: false, askable: true },
  file: { endpoint: "files", trusted: false, askable: true },
  manifest: { endpoint: "registry", trusted: true, askable: true },
  signature: { endpoint: "registry", trusted: true, askable: true },
  referrers: { endpoint: "registry", trusted: true, askable: false },
  "tag-list": { endpoint: "registry", trusted: true, askable: false },
  metadata: { endpoint: "files", trusted: true, askable: true },
  directory: { endpoint: "files", trusted: true, askable: false },
};

/** Why a client is never sent to a mirror. */
export type OutReason =
  | "lacks"
  | "not-deployed"
  | "untrusted"
  | "incomplete"
  | "retired"
  | "avoids"
  | "draining"
  | "no-credit"
  | "other-provider";

/**
 * A mirror's standing for a network, best first:
 *
 * - `own-region`: it is in the client's own region;
 * - `named`: its `serves` names the client's region;
 * - `pattern`: a pattern of its `serves` matches the region;
 * - `near`: it belongs to the client's provider, `kilometres` from the client's region or country;
 * - `own`: it is the client's provider's, and the client's location is unknown;
 * - `public`: it takes this share of unaffiliated clients;
 * - `origin`: the last fallback;
 *
 * after all of these, the mirrors to which the client is never sent, with the reason.
 */
export type Standing =
  | { readonly grade: "own-region" | "named" | "origin" }
  | { readonly grade: "pattern"; readonly pattern: string }
  | { readonly grade: "near"; readonly kilometres: number }
  | { readonly grade: "own"; readonly primary: boolean }
  | { readonly grade: "public"; readonly share: number; readonly credit: number; readonly kilometres?: number }
  | { readonly grade: "out"; readonly because: OutReason };

/** The grades of mirrors that may answer, from best to worst. */
export type Grade = Exclude<Standing["grade"], "out">;

/** Grades from best to worst. */
const grades = ["own-region", "named", "pattern", "near", "own", "public", "origin", "out"] as const;

/**
 * Within this many kilometres, distance does not matter: a round trip in fibre takes 10 ms, less than a TLS handshake takes
 * at a server. Beyond that, a mirror's share falls with the square of the distance, so that at 3,000 km it is a ninth.
 */
const nearby = 1000;

function nearness(kilometres: number): number {
  return kilometres <= nearby ? 1 : (nearby / kilometres) ** 2;
}

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
  if (place === undefined) return { grade: "own", primary: mirror.primary };
  // A mirror without a location counts as `nearby`; only closer mirrors outrank it.
  return { grade: "near", kilometres: mirror.place ? distanceKilometres(place, mirror.place) : nearby };
}

function publicStanding(table: RoutingTable, mirror: TableMirror, { place }: Network, today: string): Standing {
  const credit = creditLeft(table.content.credits[mirror.provider], today);
  if (credit === 0) return { grade: "out", because: "no-credit" };
  const kilometres = place && mirror.place && distanceKilometres(place, mirror.place);
  const share = mirror.weight * credit * (kilometres === undefined ? 1 : nearness(kilometres));
  return { grade: "public", share, credit, ...(kilometres !== undefined && { kilometres }) };
}

/** Why the mirror cannot serve a class at all, if so. */
function findDisqualification(mirror: TableMirror, isOrigin: boolean, of: ContentClass): OutReason | undefined {
  const { endpoint, trusted, askable } = requirements[of];
  const isLacking = mirror[endpoint] === undefined;
  if (isLacking && mirror.planned?.[endpoint] === undefined) return "lacks";
  if (mirror.state === "retired") return "retired";
  if (isLacking) return "not-deployed";
  if (isOrigin) return undefined;
  if (trusted && !mirror.trusted) return "untrusted";
  if (!askable && !mirror.complete) return "incomplete";
  return undefined;
}

/** A mirror's standing for a network on a date (YYYY-MM-DD, UTC), for one class. */
export function standing(
  table: RoutingTable,
  mirror: TableMirror,
  network: Network,
  of: ContentClass,
  today: string,
): Standing {
  const isOrigin = mirror === table.origin;
  const because = findDisqualification(mirror, isOrigin, of);
  if (because !== undefined) return { grade: "out", because };
  const otherwise = (reason: OutReason): Standing =>
    isOrigin ? { grade: "origin" } : { grade: "out", because: reason };
  if (network.avoidedBy?.includes(mirror.id)) return otherwise("avoids");
  const isOwn = mirror.provider === network.provider;
  if (mirror.state === "draining") {
    const ownRegion = isOwn && mirror.region !== undefined && mirror.region === network.region;
    return ownRegion ? { grade: "own-region" } : otherwise("draining");
  }
  if (isOwn) return ownStanding(mirror, network);
  if (mirror.weight === 0) return otherwise("other-provider");
  const open = publicStanding(table, mirror, network, today);
  return open.grade === "out" ? otherwise(open.because) : open;
}

function detail(of: Standing): number {
  if (of.grade === "pattern") return -of.pattern.length;
  if (of.grade === "near") return of.kilometres;
  if (of.grade === "own") return of.primary ? 0 : 1;
  return 0;
}

/** Negative if the first is better, 0 if they rank equally. */
export function compareStandings(a: Standing, b: Standing): number {
  return grades.indexOf(a.grade) - grades.indexOf(b.grade) || detail(a) - detail(b);
}
