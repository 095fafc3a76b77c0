import type { ParsedAddress } from "../networks/parsed-address";
import type { Asked, AskedClass, AskedContent } from "./asked";
import { candidates, type Ranked, rankingOf } from "./candidates";
import type { Conditions, Presence } from "./conditions";
import { type ClientRequest, type Decision, decide } from "./decide";
import type { Endpoints } from "./endpoints";
import type { Network, RoutingTable, TableMirror } from "./routing-table";
import { type OutReason, requirements } from "./standing";

/** One mirror's part in a decision. */
export interface MirrorReason {
  readonly mirror: string;
  readonly chosen: boolean;
  /** A sentence whose subject is the mirror: `is in the client's own region, …`. */
  readonly reason: string;
}

/** One mirror's part in a decision, and the object there. */
export interface Reason extends MirrorReason {
  /** The object's URL there, and whether it is known to be there; missing where the client is never sent there. */
  readonly object?: { readonly url: string; readonly presence: Presence };
}

/** A decision with the reasons for it, and for every mirror not chosen, why. */
export interface Explanation {
  readonly decision: Decision;
  /** What is known of the client, whether the decision needed it or not. */
  readonly network: Network;
  /** The mirrors in the order in which they would be taken; empty where no mirror answers. */
  readonly reasons: readonly Reason[];
}

/** What a mirror has no URL for. */
const endpointWords = { blobs: "blobs", files: "files", registry: "manifests" };

/** What has to come from trusted hands. */
const classWords: Partial<Record<AskedClass, string>> = {
  metadata: "checksum or index",
  referrers: "list of referrers",
  "tag-list": "list of tags",
};

function kilometresInWords(kilometres: number): string {
  return `${Math.round(kilometres).toLocaleString("en")} km`;
}

function words({ mirror, standing }: Ranked, network: Network, of: AskedContent["class"]): string {
  switch (standing.grade) {
    case "own-region":
      return `is in the client's own region, ${network.region}`;
    case "named":
      return `serves ${network.region}, as the inventory says`;
    case "pattern":
      return `serves ${standing.pattern}, as the inventory says, and so ${network.region}`;
    case "near":
      return mirror.place
        ? `is ${network.provider}'s, ${kilometresInWords(standing.kilometres)} from ${network.region ?? network.country}`
        : `is ${network.provider}'s, and near to everybody`;
    case "own":
      return standing.primary
        ? `is ${network.provider}'s primary, for clients of no known region`
        : `is ${network.provider}'s, and the client's region is not known`;
    case "public":
      return publicWords(mirror, standing);
    case "origin":
      return "is the origin, the last fallback";
    case "out":
      return outWords(mirror, standing.because, of);
  }
}

function publicWords(mirror: TableMirror, { credit, kilometres }: { credit: number; kilometres?: number }): string {
  const left = credit < 1 ? `, ${Math.round(credit * 100)} % of its provider's credit left` : "";
  const far = kilometres === undefined ? "" : `, ${kilometresInWords(kilometres)} from the client`;
  return `takes clients of other networks: weight ${mirror.weight}${left}${far}, drawn by client and object`;
}

/** What is missing for a mirror's address. */
function awaitedWords({ planned }: TableMirror, endpoint: keyof Endpoints): string {
  return planned?.[endpoint] === null
    ? "CloudFront's name for it is not in the `distributions` of deployed.yaml"
    : "its store is not in the `stores` of deployed.yaml";
}

function outWords(mirror: TableMirror, because: OutReason, of: AskedContent["class"]): string {
  switch (because) {
    case "retired":
      return "is retired";
    case "draining":
      return "is draining: it serves only clients of its own region";
    case "lacks":
      return `has no URL for ${endpointWords[requirements[of].endpoint]}`;
    case "not-deployed":
      return `is not deployed yet: ${awaitedWords(mirror, requirements[of].endpoint)}`;
    case "untrusted":
      return `is not trusted with a ${classWords[of] ?? of}, which nothing else vouches for`;
    case "incomplete":
      return `does not state that it holds everything, and nobody can tell whether its ${classWords[of] ?? of} is whole`;
    case "avoids":
      return "avoids this client, as the inventory says";
    case "no-credit":
      return `serves only ${mirror.provider}'s own clients: its credit is used up or has ended`;
    case "other-provider":
      return `serves only ${mirror.provider}'s own clients`;
  }
}

/** What is known of the object there, where that is the reason. */
const presenceWords: Readonly<Record<Presence, string>> = {
  held: "",
  absent: "; said that it does not have it",
  unreachable: "; does not answer",
  unknown: "; was not asked yet whether it has it",
};

function isContent(asked: Asked): asked is AskedContent {
  return asked.class in requirements;
}

/** A mirror that the client may be sent to, and its part in the answer. */
export type OpenReason = Reason & Required<Pick<Reason, "object">>;

/**
 * The part of every mirror that may answer a request for content, in the order in which they are taken. Each is looked at when
 * it is taken from here.
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
  for (const entry of candidates(rankingOf(table, network, asked.class, conditions.today), address, asked)) {
    const { mirror, urls } = entry;
    const url = urls.locate(asked) ?? "";
    const presence = conditions.presence(mirror, url);
    yield {
      mirror: mirror.id,
      chosen: mirror.id === chosen,
      reason: words(entry, network, asked.class) + presenceWords[presence],
      object: { url, presence },
    };
  }
}

/** Why the client is never sent to the others. */
export function outReasons(
  table: RoutingTable,
  asked: AskedContent,
  address: ParsedAddress,
  { today }: Conditions,
): readonly Reason[] {
  const network = table.network(address);
  return rankingOf(table, network, asked.class, today)
    .all.filter(({ standing }) => standing.grade === "out")
    .map((entry) => ({ mirror: entry.mirror.id, chosen: false, reason: words(entry, network, asked.class) }));
}

/** Decides one request and says why, for people: too slow for every request. */
export function explain(table: RoutingTable, request: ClientRequest, conditions: Conditions): Explanation {
  const decision = decide(table, request, conditions);
  const network = table.network(request.address);
  const { asked, mirror } = decision;
  if (asked.class === "refused" || !isContent(asked)) return { decision, network, reasons: [] };
  const { address } = request;
  const reasons = [
    ...openReasons(table, asked, address, conditions, mirror),
    ...outReasons(table, asked, address, conditions),
  ];
  return { decision, network, reasons };
}
