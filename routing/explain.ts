import type { ParsedAddress } from "../networks/parsed-address";
import type { Asked, AskedClass, AskedContent } from "./asked";
import { candidates, type Ranked, rankingOf } from "./candidates";
import type { Conditions, Presence } from "./conditions";
import { type ClientRequest, type Decision, decide } from "./decide";
import type { Endpoints } from "./endpoints";
import { findPromotion, isVerifiedAt, type PromotionFinding, presenceAt } from "./promotion-finding";
import type { Network, RoutingTable, TableMirror } from "./routing-table";
import { type OutReason, requirements } from "./standing";

/** One mirror's role in a decision. */
export interface MirrorReason {
  readonly mirror: string;
  readonly chosen: boolean;
  /** A sentence whose subject is the mirror: `is in the client's own region, …`. */
  readonly reason: string;
}

/** One mirror's part in a decision, and the object there. */
export interface Reason extends MirrorReason {
  /** The object's URL there, and its presence; absent for ineligible mirrors. */
  readonly object?: { readonly url: string; readonly presence: Presence };
}

/** A decision, with a reason for each mirror. */
export interface Explanation {
  readonly decision: Decision;
  /** What is known about the client, even if the decision did not need it. */
  readonly network: Network;
  /** The mirrors in order of preference; empty if no mirror applies. */
  readonly reasons: readonly Reason[];
}

/** What a mirror has no URL for. */
const endpointWords = { blobs: "blobs", files: "files", registry: "manifests" };

/** Classes that require a trusted mirror. */
const classWords: Partial<Record<AskedClass, string>> = {
  metadata: "checksum or index",
  referrers: "list of referrers",
  "tag-list": "list of tags",
};

function formatKilometres(kilometres: number): string {
  return `${Math.round(kilometres).toLocaleString("en")} km`;
}

function formatReason({ mirror, standing }: Ranked, network: Network, of: AskedContent["class"]): string {
  switch (standing.grade) {
    case "own-region":
      return `is in the client's own region, ${network.region}`;
    case "named":
      return `serves ${network.region}, as the inventory says`;
    case "pattern":
      return `serves ${standing.pattern}, a pattern that matches ${network.region}`;
    case "near":
      return mirror.place
        ? `is ${network.provider}'s, ${formatKilometres(standing.kilometres)} from ${network.region ?? network.country}`
        : `is ${network.provider}'s, and counts as near every client`;
    case "own":
      return standing.primary
        ? `is ${network.provider}'s primary, used when the region is unknown`
        : `is ${network.provider}'s, and the client's region is not known`;
    case "public":
      return formatPublicReason(mirror, standing);
    case "origin":
      return "is the origin, the last fallback";
    case "out":
      return formatOutReason(mirror, standing.because, of);
  }
}

function formatPublicReason(
  mirror: TableMirror,
  { credit, kilometres }: { credit: number; kilometres?: number },
): string {
  const left = credit < 1 ? `, ${Math.round(credit * 100)} % of its provider's credit left` : "";
  const far = kilometres === undefined ? "" : `, ${formatKilometres(kilometres)} from the client`;
  return `serves unaffiliated clients: weight ${mirror.weight}${left}${far}, chosen by a hash of client and object`;
}

/** Which deployed fact the mirror's address needs. */
function formatMissingFact({ planned }: TableMirror, endpoint: keyof Endpoints): string {
  return planned?.[endpoint] === null
    ? "its CloudFront domain is not in `distributions` in deployed.yaml"
    : "its store is not in the `stores` of deployed.yaml";
}

function formatOutReason(mirror: TableMirror, because: OutReason, of: AskedContent["class"]): string {
  switch (because) {
    case "retired":
      return "is retired";
    case "draining":
      return "is draining: it serves only clients of its own region";
    case "lacks":
      return `has no URL for ${endpointWords[requirements[of].endpoint]}`;
    case "not-deployed":
      return `is not deployed yet: ${formatMissingFact(mirror, requirements[of].endpoint)}`;
    case "untrusted":
      return `is not trusted to serve a ${classWords[of] ?? of}, which cannot be verified`;
    case "incomplete":
      return `is not \`presence: complete\`, so its ${classWords[of] ?? of} may be incomplete`;
    case "avoids":
      return "avoids this client, as the inventory says";
    case "no-credit":
      return `serves only ${mirror.provider}'s own clients: its credit is exhausted or expired`;
    case "other-provider":
      return `serves only ${mirror.provider}'s own clients`;
  }
}

/** The object's presence, if it is the reason. */
const presenceWords: Readonly<Record<Presence, string>> = {
  held: "",
  absent: "; does not have it",
  unreachable: "; is not responding",
  unknown: "; not probed yet",
};

/** What the overlay says, if it is the reason. */
function formatFinding(
  ranked: Ranked,
  { overlay }: Conditions,
  finding: PromotionFinding | undefined,
): string | undefined {
  if (overlay === undefined || finding === undefined || ranked.isOrigin) return undefined;
  if (finding.is === "not-promoted") return "; does not have it: it was never promoted";
  if (isVerifiedAt(overlay, finding, ranked)) return `; is verified up to promotion ${finding.promotion}`;
  return finding.is === "tag"
    ? `; is not verified up to promotion ${finding.promotion}, so its tags may be old`
    : undefined;
}

function isContent(asked: Asked): asked is AskedContent {
  return asked.class in requirements;
}

/** A mirror that the client may be sent to, and its part in the answer. */
export type OpenReason = Reason & Required<Pick<Reason, "object">>;

/**
 * The part of every mirror that may answer a request for content, in order of preference. Each is computed when it is read
 * from here.
 *
 * @param chosen the id of the mirror that answers
 */
export function* openReasons(
  table: RoutingTable,
  asked: AskedContent,
  address: ParsedAddress,
  conditions: Conditions,
  chosen: string | undefined,
): Generator<OpenReason> {
  const network = table.network(address);
  const finding = conditions.overlay && findPromotion(conditions.overlay, asked);
  for (const entry of candidates(rankingOf(table, network, asked.class, conditions.today), address, asked)) {
    const { mirror, urls } = entry;
    const url = urls.locate(asked) ?? "";
    const presence = presenceAt(conditions, finding, entry, url);
    const words = presence === "unreachable" ? undefined : formatFinding(entry, conditions, finding);
    yield {
      mirror: mirror.id,
      chosen: mirror.id === chosen,
      reason: formatReason(entry, network, asked.class) + (words ?? presenceWords[presence]),
      object: { url, presence },
    };
  }
}

/** Reasons for ineligible mirrors. */
export function outReasons(
  table: RoutingTable,
  asked: AskedContent,
  address: ParsedAddress,
  { today }: Conditions,
): readonly Reason[] {
  const network = table.network(address);
  return rankingOf(table, network, asked.class, today)
    .all.filter(({ standing }) => standing.grade === "out")
    .map((entry) => ({ mirror: entry.mirror.id, chosen: false, reason: formatReason(entry, network, asked.class) }));
}

/** Decides and explains a request; for people, too slow for each request. */
export function explain(table: RoutingTable, request: ClientRequest, conditions: Conditions): Explanation {
  const decision = decide(table, request, conditions);
  const network = table.network(request.address);
  const { asked, mirror } = decision;
  if (asked.class === "refused" || !isContent(asked) || decision.withdrawn !== undefined)
    return { decision, network, reasons: [] };
  const { address } = request;
  const reasons = [
    ...openReasons(table, asked, address, conditions, mirror),
    ...outReasons(table, asked, address, conditions),
  ];
  return { decision, network, reasons };
}
