import { printableJson } from "../document/printable";
import type { Asked, Refusal } from "./asked";
import type { Decision } from "./decide";
import { type MirrorList, metalink } from "./mirror-list";
import type { MirrorListFormat } from "./mirror-list-format";

/** An HTTP answer; the carrier leaves the body out where the method was HEAD. */
export interface Answer {
  readonly status: number;
  /**
   * Headers that do not depend on the request. Answers of one kind share one object, so that a server prepares its headers
   * once.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** The `Location` header. @default none */
  readonly location?: string | undefined;
  /** The `Link` header. @default none */
  readonly link?: string | undefined;
  /** The `X-Request-Id` header. @default none */
  readonly requestId?: string | undefined;
  readonly body: string;
}

/** All headers of an answer. */
export function allHeaders({ headers, location, link, requestId }: Answer): Readonly<Record<string, string>> {
  return {
    ...headers,
    ...(location !== undefined && { Location: location }),
    ...(link !== undefined && { Link: link }),
    ...(requestId !== undefined && { "X-Request-Id": requestId }),
  };
}

/**
 * Scripts of any page may read any answer (Fetch standard, "CORS protocol"): all answers are public, and none depends on
 * cookies or logins. With the wildcard, browsers refuse requests that carry credentials.
 */
export const readableByAll = { "Access-Control-Allow-Origin": "*" };
/** For answers that are not redirects: the headers that scripts may read, besides those that the Fetch standard lists. */
export const readWhole = {
  ...readableByAll,
  "Access-Control-Expose-Headers":
    "Docker-Content-Digest, Docker-Distribution-Api-Version, Link, OCI-Filters-Applied, Retry-After, X-Request-Id",
};
/** The methods that are answered (RFC 9110, section 10.2.1). */
export const allowedMethods = { Allow: "GET, HEAD, OPTIONS" };
/**
 * What a browser checks before it sends some requests (Fetch standard, "CORS-preflight request"). Any header may be sent;
 * the wildcard does not cover `Authorization`, which registries' clients send and which is ignored here. The answer is
 * the same for every path, so it may be kept for a day: the most that any browser keeps it.
 */
export const preflight = {
  ...readableByAll,
  "Access-Control-Allow-Methods": "GET, HEAD",
  "Access-Control-Allow-Headers": "*, Authorization",
  "Access-Control-Max-Age": "86400",
};

/**
 * RFC 9110, section 12.5.5: `Vary: *` says that the answer also depends on what is not in the request, "e.g., the
 * client's network address". No cache may give one client's mirror to another.
 */
const personal = { "Cache-Control": "no-store", Vary: "*", ...readableByAll };
/**
 * Answers that are the same for everybody may be kept for five minutes: long enough to spare a burst of pulls the way,
 * short enough that a change of the inventory is soon in force.
 */
const shared = { "Cache-Control": "public, max-age=300", ...readableByAll };
/** RFC 9110, section 12.5.5: instead of a checksum or a signature, `Accept` may ask for the list of its mirrors. */
const sharedByAccept = { ...shared, Vary: "Accept" };
/** Refusals are not kept: what is missing today may be there in a minute. */
const unkept = { "Cache-Control": "no-store", ...readWhole };

/** OCI distribution specification, "API support": clients tell a registry by this header. */
const apiVersion = { "Docker-Distribution-Api-Version": "registry/2.0" };
const json = { "Content-Type": "application/json" };
const text = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };

/** The error body of the OCI distribution specification 1.1, "Error codes". */
function ociErrors({ code, message }: Refusal): string {
  return `${JSON.stringify({ errors: [{ code, message }] })}\n`;
}

const ociRefusal = { ...json, ...unkept };
const ociMethodRefusal = { ...json, ...allowedMethods, ...unkept };
const textRefusal = { ...text, ...unkept };
const textMethodRefusal = { ...text, ...allowedMethods, ...unkept };

function refused(refusal: Refusal): Answer {
  const { status, oci, message } = refusal;
  const isMethod = status === 405;
  if (oci) return { status, headers: isMethod ? ociMethodRefusal : ociRefusal, body: ociErrors(refusal) };
  return { status, headers: isMethod ? textMethodRefusal : textRefusal, body: `${message}\n` };
}

/** Redirectors look for a new table every minute, and the next one may have the origin's address; in seconds. */
const untilNextTable = "60";

/**
 * RFC 9110, section 15.6.4: only the origin could answer, but it has no address. The OCI distribution specification does
 * not have this code, but requires a name of this form; registries use it for this status (Docker Registry
 * HTTP API V2, "Errors").
 */
function unavailable(asked: Asked): Answer {
  const isImage = "name" in asked;
  const message = "This service is being set up: its origin is not deployed yet. Try again later.";
  return {
    status: 503,
    headers: { ...(isImage ? json : text), "Retry-After": untilNextTable, ...unkept },
    body: isImage ? `${JSON.stringify({ errors: [{ code: "UNAVAILABLE", message }] })}\n` : `${message}\n`,
  };
}

/** What a redirect says besides its location: how caches may keep it, and that scripts may follow it. */
export function redirectHeaders(of: Asked["class"], isPersonal: boolean): Readonly<Record<string, string>> {
  if (isPersonal) return personal;
  return of === "metadata" ? sharedByAccept : shared;
}

function isRefusal(asked: Asked | Refusal): asked is Refusal {
  return asked.class === "refused";
}

/**
 * RFC 6249: where else the bytes are (section 3), the best first, and what describes them all (section 4.1). The
 * reference is the request's own path with another query (RFC 3986, section 4.2).
 */
function links(duplicates: readonly string[]): string {
  let all = '<?mirrorlist=meta4>; rel=describedby; type="application/metalink4+xml"';
  let priority = 2;
  for (const url of duplicates) all += `, <${url}>; rel=duplicate; pri=${priority++}`;
  return all;
}

const metalinkHeaders = { "Content-Type": "application/metalink4+xml", ...personal, ...readWhole };
const jsonListHeaders = { ...json, ...personal, ...readWhole };

/** The answer that carries a list of mirrors. */
export function mirrorListAnswer(list: MirrorList, format: MirrorListFormat): Answer {
  if (format === "metalink") return { status: 200, headers: metalinkHeaders, body: metalink(list) };
  return { status: 200, headers: jsonListHeaders, body: `${printableJson(list, 2)}\n` };
}

/** The answer if a network asks for more lists of mirrors than it may have (RFC 6585, section 4). */
export function tooManyLists(): Answer {
  return {
    status: 429,
    headers: { ...text, "Retry-After": "1", ...unkept },
    body: "Your network asks for too many lists of mirrors. Try again in a second, or ask for the file itself.\n",
  };
}

/** A request for a list that has pages. */
export type AskedList = Extract<Asked, { class: "tag-list" | "referrers" }>;

/** A page of such a list, as clients get it. */
export interface ListPage {
  /** Its media type. */
  readonly type: string;
  readonly body: string;
  /** Our path and query of the next page. @default this is the last page */
  readonly next?: string;
  /** What the list was filtered by. @default nothing */
  readonly filters?: string;
}

/** How caches may keep a page: only briefly, because users look for tags that were just pushed. */
const briefly = { "Cache-Control": "public, max-age=10" };

/**
 * The answer that carries a page of a list (OCI distribution specification, "Listing Tags" and "Listing Referrers").
 *
 * @param isPersonal whether the client decides where the list comes from
 */
export function listPageAnswer({ type, body, next, filters }: ListPage, isPersonal: boolean): Answer {
  const headers = {
    "Content-Type": type,
    ...apiVersion,
    ...(filters !== undefined && { "OCI-Filters-Applied": filters }),
    "X-Content-Type-Options": "nosniff",
    ...(isPersonal ? personal : briefly),
    ...readWhole,
  };
  return { status: 200, headers, link: next === undefined ? undefined : `<${next}>; rel="next"`, body };
}

/** A redirect in place of a page that could not be fetched: the next attempt may succeed, so no cache may keep it. */
export function withoutKeeping(redirect: Answer): Answer {
  return { ...redirect, headers: { ...redirect.headers, ...unkept } };
}

/** The answers that never change. */
const optionsAnswer: Answer = { status: 204, headers: { ...allowedMethods, ...preflight }, body: "" };
const pingAnswer: Answer = { status: 200, headers: { ...json, ...apiVersion, ...shared, ...readWhole }, body: "{}" };

/** The answer that carries a decision, other than one for a list of mirrors. */
export function answer({ asked, status, location, personal: isPersonal, duplicates }: Decision): Answer {
  if (isRefusal(asked)) return refused(asked);
  if (status === 503) return unavailable(asked);
  if (asked.class === "options") return optionsAnswer;
  if (asked.class === "ping") return pingAnswer;
  const link = duplicates === undefined ? undefined : links(duplicates);
  return { status, headers: redirectHeaders(asked.class, isPersonal), location, link, body: "" };
}
