import { printableJson } from "../document/printable";
import type { Asked, MirrorListFormat, Refusal } from "./asked";
import type { Decision } from "./decide";
import { type MirrorList, metalink } from "./mirror-list";

/** An HTTP answer; the carrier leaves the body out where the method was HEAD. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that was just made: whoever has it may add headers. */
export interface NewAnswer extends Answer {
  readonly headers: Record<string, string>;
}

/**
 * RFC 9110, section 12.5.5: `Vary: *` says that the answer also depends on what is not in the request, "e.g., the
 * client's network address". No cache may give one client's mirror to another.
 */
const personal = { "Cache-Control": "no-store", Vary: "*" };
/**
 * Answers that are the same for everybody may be kept for five minutes: long enough to spare a burst of pulls the way,
 * short enough that a change of the inventory is soon in force.
 */
const shared = { "Cache-Control": "public, max-age=300" };
/** RFC 9110, section 12.5.5: instead of a checksum or a signature, `Accept` may ask for the list of its mirrors. */
const sharedByAccept = { ...shared, Vary: "Accept" };
/** Refusals are not kept: what is missing today may be there in a minute. */
const unkept = { "Cache-Control": "no-store" };

/** OCI distribution specification, "API support": clients tell a registry by this header. */
const apiVersion = { "Docker-Distribution-Api-Version": "registry/2.0" };
const json = { "Content-Type": "application/json" };
const text = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };

/** The error body of the OCI distribution specification 1.1, "Error codes". */
function ociErrors({ code, message }: Refusal): string {
  return `${JSON.stringify({ errors: [{ code, message }] })}\n`;
}

function refused(refusal: Refusal): NewAnswer {
  const { status, oci, message } = refusal;
  const allow = status === 405 ? { Allow: "GET, HEAD" } : {};
  return {
    status,
    headers: { ...(oci ? json : text), ...allow, ...unkept },
    body: oci ? ociErrors(refusal) : `${message}\n`,
  };
}

/** What tells caches how a redirect may be kept. */
export function redirectCaching(of: Asked["class"], isPersonal: boolean): Readonly<Record<string, string>> {
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
  const others = duplicates.map((url, index) => `<${url}>; rel=duplicate; pri=${index + 2}`);
  return ['<?mirrorlist=meta4>; rel=describedby; type="application/metalink4+xml"', ...others].join(", ");
}

/** The answer that carries a list of mirrors. */
export function mirrorListAnswer(list: MirrorList, format: MirrorListFormat): NewAnswer {
  const type = format === "json" ? "application/json" : "application/metalink4+xml";
  const body = format === "json" ? `${printableJson(list, 2)}\n` : metalink(list);
  return { status: 200, headers: { "Content-Type": type, ...personal }, body };
}

/** A request for a list that has pages. */
export type AskedList = Extract<Asked, { class: "tag-list" | "referrers" }>;

/** A page of such a list, as clients are given it. */
export interface ListPage {
  /** Its media type. */
  readonly type: string;
  readonly body: string;
  /** Where the next page is, at us: an absolute path with its query. @default this is the last page */
  readonly next?: string;
  /** By what the list was filtered. @default by nothing */
  readonly filters?: string;
}

/** As long as a page may be kept elsewhere: a tag that was just pushed is looked for. */
const briefly = { "Cache-Control": "public, max-age=10" };

/**
 * The answer that carries a page of a list (OCI distribution specification, "Listing Tags" and "Listing Referrers").
 *
 * @param isPersonal whether it depends on the client where the list comes from
 */
export function listPageAnswer({ type, body, next, filters }: ListPage, isPersonal: boolean): NewAnswer {
  const headers = {
    "Content-Type": type,
    ...apiVersion,
    ...(next !== undefined && { Link: `<${next}>; rel="next"` }),
    ...(filters !== undefined && { "OCI-Filters-Applied": filters }),
    "X-Content-Type-Options": "nosniff",
    ...(isPersonal ? personal : briefly),
  };
  return { status: 200, headers, body };
}

/** A redirect in place of a page that could not be had: it may be had in a moment, so that no cache may keep it. */
export function withoutKeeping(redirect: NewAnswer): NewAnswer {
  Object.assign(redirect.headers, unkept);
  return redirect;
}

/** The answer that carries a decision, other than one for a list of mirrors. */
export function answer({ asked, status, location, personal: isPersonal, duplicates }: Decision): NewAnswer {
  if (isRefusal(asked)) return refused(asked);
  if (location === undefined) return { status, headers: { ...json, ...apiVersion, ...shared }, body: "{}" };
  // Copied into the literal last: one that begins with a copy takes Node 20 some microseconds.
  const caching = redirectCaching(asked.class, isPersonal);
  if (duplicates === undefined) return { status, headers: { Location: location, ...caching }, body: "" };
  return { status, headers: { Location: location, Link: links(duplicates), ...caching }, body: "" };
}
