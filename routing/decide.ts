import type { ParsedAddress } from "../networks/parsed-address";
import { type Asked, type AskedContent, classify, type Refusal } from "./asked";
import { orderByDraw, rankingOf } from "./candidates";
import type { Conditions } from "./conditions";
import { withQuery } from "./passed-query";
import { findPromotion, findWithdrawal, type PromotionFinding, presenceAt } from "./promotion-finding";
import { noPlace, requestedPlace } from "./requested-place";
import type { Network, RoutingTable, TableMirror } from "./routing-table";
import { type Grade, requirements } from "./standing";

/** The parts of a request used in decisions. */
export interface ClientRequest {
  readonly method: string;
  /** The request target as received. */
  readonly target: string;
  /** The `Host` header: several lines are joined by commas; empty if there is none. */
  readonly host: string;
  /** The client's address, from a trusted source; any other text means an unknown client. */
  readonly address: ParsedAddress;
  /** The `Accept` header. @default anything */
  readonly accept?: string | undefined;
}

/** An object at a mirror. */
export interface Holding {
  readonly mirror: TableMirror;
  readonly url: string;
}

/** The decision for one request. */
export interface Decision {
  readonly asked: Asked | Refusal;
  /** 503 if only the origin could answer, but it has no address yet: see `originGaps`. */
  readonly status: 200 | 204 | 302 | 307 | 400 | 404 | 405 | 410 | 429 | 503;
  /** What is known about the client; empty if the answer does not depend on it. */
  readonly network: Network;
  /** Where the client is sent; with every redirect. */
  readonly location?: string;
  /** The query that mirrors get, with its question mark; with every redirect to a mirror. */
  readonly query?: string;
  /** The mirror that answers; none for pages. */
  readonly mirror?: string;
  /**
   * The mirror's grade for the client; `origin-only` if only the origin may answer, `not-promoted` if only the origin can have the
   * object.
   */
  readonly grade?: Grade | "origin-only" | "not-promoted";
  /** Why the object was withdrawn, perhaps in no words. @default it was not */
  readonly withdrawn?: string;
  /** Whether the answer is for this client only. */
  readonly personal: boolean;
  /** A better mirror whose presence is unknown; a caller that can wait probes it and decides again. */
  readonly ask?: Holding | undefined;
  /** The best mirror skipped because it does not respond. */
  readonly passedOver?: string | undefined;
  /** For files: URLs of duplicates, best first. */
  readonly duplicates?: readonly string[] | undefined;
}

const noNetwork: Network = {};

/**
 * The maximum number of mirrors that are asked for one object, the best first: the client waits for each question, and what
 * three of a provider's mirrors lack is hardly ever at the fourth.
 */
const mostAsked = 3;

/** Same limit as MirrorBrain (mod_mirrorbrain); eighty URLs would bloat the header. */
const mostDuplicates = 4;

/** The result of a search for the best mirror. */
interface Choice {
  readonly chosen: (Holding & { readonly grade: Grade }) | undefined;
  readonly ask: Holding | undefined;
  readonly passedOver: string | undefined;
  readonly duplicates: readonly string[] | undefined;
}

/**
 * The first mirror that holds the object, and the first before it that would have to be asked; for files, also where
 * else the bytes are, as far as is known without asking.
 */
function chooseMirror(
  table: RoutingTable,
  network: Network,
  address: ParsedAddress,
  asked: AskedContent,
  conditions: Conditions,
  finding: PromotionFinding | undefined,
): Choice {
  const duplicates: string[] | undefined = asked.class === "file" ? [] : undefined;
  let chosen: Choice["chosen"];
  let ask: Holding | undefined;
  let passedOver: string | undefined;
  let questions = 0;
  for (const group of rankingOf(table, network, asked.class, conditions.today).groups) {
    for (const ranked of orderByDraw(group, address, asked)) {
      const { mirror, standing } = ranked;
      const url = ranked.urls.locate(asked) ?? "";
      const presence = presenceAt(conditions, finding, ranked, url);
      if (chosen !== undefined) {
        if (presence === "held") duplicates?.push(url);
      } else if (presence === "held") {
        chosen = { mirror, url, grade: standing.grade as Grade };
      } else if (presence === "unreachable") {
        passedOver ??= mirror.id;
      } else if (++questions <= mostAsked && presence === "unknown") {
        ask ??= { mirror, url };
      }
      if (chosen !== undefined && (duplicates === undefined || duplicates.length === mostDuplicates)) {
        return { chosen, ask, passedOver, duplicates };
      }
    }
  }
  return { chosen, ask, passedOver, duplicates };
}

/** The decision when only the origin may answer. */
function decideForOrigin(
  table: RoutingTable,
  asked: AskedContent,
  query: string,
  grade: "origin-only" | "not-promoted",
): Decision {
  const { origin, originUrls, content } = table;
  const url = originUrls.locate(asked);
  if (url === undefined) return { asked, status: 503, network: noNetwork, personal: false };
  return {
    asked,
    status: content.status,
    network: noNetwork,
    location: withQuery(url, query),
    query,
    mirror: origin.id,
    grade,
    // What was not promoted may be promoted at any moment: no cache keeps the way to the origin.
    personal: grade === "not-promoted",
  };
}

/** The origin as last fallback; undefined if it has no address. */
function findFallback(table: RoutingTable, asked: AskedContent): Choice["chosen"] {
  const url = table.originUrls.locate(asked);
  return url === undefined ? undefined : { mirror: table.origin, url, grade: "origin" };
}

function decideRedirect(
  table: RoutingTable,
  asked: AskedContent,
  query: string,
  address: ParsedAddress,
  conditions: Conditions,
): Decision {
  if (requirements[asked.class].trusted && !table.hasReplicas) {
    return decideForOrigin(table, asked, query, "origin-only");
  }
  const finding = conditions.overlay && findPromotion(conditions.overlay, asked);
  if (finding?.is === "not-promoted") return decideForOrigin(table, asked, query, "not-promoted");
  const network = table.network(address);
  const {
    chosen = findFallback(table, asked),
    ask,
    passedOver,
    duplicates,
  } = chooseMirror(table, network, address, asked, conditions, finding);
  if (chosen === undefined) return { asked, status: 503, network, personal: true, ask, passedOver };
  const { mirror, url, grade } = chosen;
  return {
    asked,
    status: table.content.status,
    network,
    location: withQuery(url, query),
    query,
    mirror: mirror.id,
    grade,
    personal: true,
    ask,
    passedOver,
    duplicates,
  };
}

/** A file is gone (RFC 9110, section 15.5.11); the OCI distribution specification has 404 for manifests and blobs ("Error codes"). */
function decideWithdrawn(asked: Asked, withdrawn: string): Decision {
  return { asked, status: "name" in asked ? 404 : 410, network: noNetwork, personal: false, withdrawn };
}

function decideRefusal(asked: Refusal): Decision {
  return { asked, status: asked.status, network: noNetwork, personal: false };
}

/**
 * Decides one request. A pure function, and the only place where anything is decided: carriers differ in how they receive the
 * request and send the answer. Whatever a client sends, it never throws.
 */
export function decide(table: RoutingTable, request: ClientRequest, conditions: Conditions): Decision {
  const { method, address, accept } = request;
  // The names of a table's hosts are well-formed.
  const place = table.hasHost(request.host) && request.target.startsWith("/") ? request : requestedPlace(request);
  if (place === undefined) return decideRefusal(noPlace(request.target));
  const { asked, query } = classify({ method, target: place.target, accept, served: table.host(place.host) });
  if (asked.class === "refused") return decideRefusal(asked);
  if (asked.class === "options") return { asked, status: 204, network: noNetwork, personal: false };
  if (asked.class === "ping") return { asked, status: 200, network: noNetwork, personal: false };
  const withdrawn = conditions.overlay && findWithdrawal(conditions.overlay, asked);
  if (withdrawn !== undefined) return decideWithdrawn(asked, withdrawn);
  if (asked.class === "mirror-list") {
    // A list ends with the last fallback (RFC 5854, section 4.1.2, wants a URL for every file).
    const status = table.origin.files === undefined ? 503 : 200;
    return { asked, status, network: table.network(address), personal: true };
  }
  if (asked.class === "page") {
    const location = table.content.pages[asked.page];
    return { asked, status: table.content.status, network: noNetwork, location, personal: false };
  }
  return decideRedirect(table, asked, query, address, conditions);
}
