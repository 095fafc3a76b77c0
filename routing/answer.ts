import { printable, printableJson } from "../document/printable";
import type { Asked, Refusal } from "./asked";
import type { Decision } from "./decide";
import { type MirrorList, metalink } from "./mirror-list";
import type { MirrorListFormat } from "./mirror-list-format";

/** An HTTP answer; the carrier omits the body for HEAD. */
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
/** For answers that are not redirects: the headers that scripts may read, in addition to those listed by the Fetch standard. */
export const readWhole = {
  ...readableByAll,
  "Access-Control-Expose-Headers":
    "Docker-Content-Digest, Docker-Distribution-Api-Version, Link, OCI-Filters-Applied, Retry-After, X-Request-Id",
};
/** Supported methods (RFC 9110, section 10.2.1). */
export const allowedMethods = { Allow: "GET, HEAD, OPTIONS" };
/**
 * The CORS preflight response (Fetch standard, "CORS-preflight request"). Any header may be sent;
 * the wildcard does not cover `Authorization`, which registries' clients send and which is ignored here. The answer is
 * the same for every path, so it may be cached for a day, the maximum in any browser.
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
 * Answers that are the same for all clients may be cached for five minutes: long enough to serve a burst of pulls from a
 * cache, short enough that a change of the inventory soon takes effect.
 */
const shared = { "Cache-Control": "public, max-age=300", ...readableByAll };
/** RFC 9110, section 12.5.5: with `Accept`, a checksum or signature URL may return its mirror list. */
const sharedByAccept = { ...shared, Vary: "Accept" };
/** Refusals are not cached: a missing object may appear soon. */
const unkept = { "Cache-Control": "no-store", ...readWhole };

/** OCI distribution specification, "API support": clients recognize a registry by this header. */
const apiVersion = { "Docker-Distribution-Api-Version": "registry/2.0" };
const json = { "Content-Type": "application/json" };
const text = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };

/** The error body of the OCI distribution specification 1.1, "Error codes". */
function formatOciErrors({ code, message }: Refusal): string {
  return `${JSON.stringify({ errors: [{ code, message }] })}\n`;
}

const ociRefusal = { ...json, ...unkept };
const ociMethodRefusal = { ...json, ...allowedMethods, ...unkept };
const textRefusal = { ...text, ...unkept };
const textMethodRefusal = { ...text, ...allowedMethods, ...unkept };

function createRefusal(refusal: Refusal): Answer {
  const { status, oci, message } = refusal;
  const isMethod = status === 405;
  if (oci) return { status, headers: isMethod ? ociMethodRefusal : ociRefusal, body: formatOciErrors(refusal) };
  return { status, headers: isMethod ? textMethodRefusal : textRefusal, body: `${message}\n` };
}

/** Seconds until the next table poll; the new table may have the origin's address. */
const untilNextTable = "60";

/**
 * RFC 9110, section 15.6.4: only the origin could answer, but it has no address. The OCI distribution specification does
 * not have this code, but requires a name of this form; registries use it for this status (Docker Registry
 * HTTP API V2, "Errors").
 */
function createUnavailable(asked: Asked): Answer {
  const isImage = "name" in asked;
  const message = "This service is still being set up: its origin is not deployed yet. Try again later.";
  return {
    status: 503,
    headers: { ...(isImage ? json : text), "Retry-After": untilNextTable, ...unkept },
    body: isImage ? `${JSON.stringify({ errors: [{ code: "UNAVAILABLE", message }] })}\n` : `${message}\n`,
  };
}

/** A redirect's other headers: caching and CORS. */
export function redirectHeaders(of: Asked["class"], isPersonal: boolean): Readonly<Record<string, string>> {
  if (isPersonal) return personal;
  return of === "metadata" ? sharedByAccept : shared;
}

const ociWithdrawal = { ...json, ...apiVersion, ...unkept };

/** Not cached, so that an artifact is back as soon as its withdrawal is reverted. */
function createWithdrawal({ asked, status, withdrawn = "" }: Decision): Answer {
  const why = withdrawn === "" ? "." : `: ${printable(withdrawn)}`;
  if (!("name" in asked)) return { status, headers: textRefusal, body: `This file was withdrawn${why}\n` };
  const code = asked.class === "blob" ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN";
  const message = `This ${asked.class === "blob" ? "blob" : "image"} was withdrawn${why}`;
  return { status, headers: ociWithdrawal, body: `${JSON.stringify({ errors: [{ code, message }] })}\n` };
}

function isRefusal(asked: Asked | Refusal): asked is Refusal {
  return asked.class === "refused";
}

/**
 * RFC 6249: other locations of the bytes (section 3), the best first, and the description of all of them (section 4.1). The
 * reference is the request's own path with another query (RFC 3986, section 4.2).
 */
function formatLinks(duplicates: readonly string[]): string {
  let all = '<?mirrorlist=meta4>; rel=describedby; type="application/metalink4+xml"';
  let priority = 2;
  for (const url of duplicates) all += `, <${url}>; rel=duplicate; pri=${priority++}`;
  return all;
}

const metalinkHeaders = { "Content-Type": "application/metalink4+xml", ...personal, ...readWhole };
const jsonListHeaders = { ...json, ...personal, ...readWhole };

/** The response with a mirror list. */
export function mirrorListAnswer(list: MirrorList, format: MirrorListFormat): Answer {
  if (format === "metalink") return { status: 200, headers: metalinkHeaders, body: metalink(list) };
  return { status: 200, headers: jsonListHeaders, body: `${printableJson(list, 2)}\n` };
}

/** The response when a network exceeds its mirror-list rate limit (RFC 6585, section 4). */
export function tooManyLists(): Answer {
  return {
    status: 429,
    headers: { ...text, "Retry-After": "1", ...unkept },
    body: "Too many mirror-list requests from your network. Retry in a second, or request the file itself.\n",
  };
}

/** A request for a list that has pages. */
export type AskedList = Extract<Asked, { class: "tag-list" | "referrers" }>;

/** A page of such a list. */
export interface ListPage {
  /** Its media type. */
  readonly type: string;
  readonly body: string;
  /** Our path and query of the next page. @default this is the last page */
  readonly next?: string;
  /** Filters applied to the list. @default nothing */
  readonly filters?: string;
}

/** Pages are cached briefly, because users look for tags just pushed. */
const briefly = { "Cache-Control": "public, max-age=10" };

/**
 * The answer that carries a page of a list (OCI distribution specification, "Listing Tags" and "Listing Referrers").
 *
 * @param isPersonal whether the list's source depends on the client
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

/** The redirect used when a page could not be fetched: the next attempt may succeed, so no cache may keep it. */
export function withoutKeeping(redirect: Answer): Answer {
  return { ...redirect, headers: { ...redirect.headers, ...unkept } };
}

/** The answers that never change. */
const optionsAnswer: Answer = { status: 204, headers: { ...allowedMethods, ...preflight }, body: "" };
const pingAnswer: Answer = { status: 200, headers: { ...json, ...apiVersion, ...shared, ...readWhole }, body: "{}" };

/** The answer that carries a decision, other than one for a list of mirrors. */
export function answer(decision: Decision): Answer {
  const { asked, status, location, personal: isPersonal, duplicates } = decision;
  if (isRefusal(asked)) return createRefusal(asked);
  if (decision.withdrawn !== undefined) return createWithdrawal(decision);
  if (status === 503) return createUnavailable(asked);
  if (asked.class === "options") return optionsAnswer;
  if (asked.class === "ping") return pingAnswer;
  const link = duplicates === undefined ? undefined : formatLinks(duplicates);
  return { status, headers: redirectHeaders(asked.class, isPersonal), location, link, body: "" };
}
