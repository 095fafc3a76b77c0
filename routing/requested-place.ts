import type { Refusal } from "./asked";

/** The host and target of a request. */
export interface RequestedPlace {
  /** The request target. */
  readonly target: string;
  /** The `Host` header: several lines are joined by commas; empty if there is none. */
  readonly host: string;
}

/** From 0 to 65535, or nothing: a port may be empty (RFC 3986, section 3.2.3). */
const port = "0*(?:[0-9]{0,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

/**
 * A host with or without a port (RFC 9110, section 7.2; RFC 3986, sections 3.2.2 and 3.2.3). Two things in that grammar are
 * refused: an empty name, which RFC 9110, section 4.2.1, forbids in `http` URLs, and a comma, which cannot be distinguished
 * from two lines of `Host`. PCRE, RE2 and JavaScript interpret the pattern in the same way.
 */
export const hostPattern = `(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::${port})?`;
/** The scheme of a target in absolute form (RFC 9112, section 3.2.2). */
export const schemePattern = "[Hh][Tt][Tt][Pp][Ss]?://";

const host = new RegExp(`^${hostPattern}$`);
const absolute = new RegExp(`^${schemePattern}(?<host>${hostPattern})(?<rest>[/?].*)?$`);

/** Whether a text can be the value of a `Host` header. */
export function isHost(text: string): boolean {
  return host.test(text);
}

/**
 * The host and target of a request. A target in absolute form overrides the `Host` header (RFC 9112, section
 * 3.2.2); an empty path becomes `/` (RFC 9110, section 4.2.3). Other targets are unchanged.
 *
 * @returns undefined if the `Host` header is missing, repeated or malformed: the request gets status 400 (RFC 9112,
 * section 3.2), regardless of its target
 */
export function requestedPlace(request: RequestedPlace): RequestedPlace | undefined {
  if (!isHost(request.host)) return undefined;
  return request.target.startsWith("/") ? request : fromAbsoluteForm(request);
}

function fromAbsoluteForm(request: RequestedPlace): RequestedPlace {
  const { groups } = absolute.exec(request.target) ?? {};
  if (groups?.host === undefined) return request;
  const { rest = "" } = groups;
  return { target: rest.startsWith("/") ? rest : `/${rest}`, host: groups.host };
}

/** The path and query of a target, which may be in absolute form. */
export function originForm(target: string): string {
  return target.startsWith("/") ? target : fromAbsoluteForm({ target, host: "" }).target;
}

/** The refusal if there is no such place. */
export function noPlace(target: string): Refusal {
  return {
    class: "refused",
    status: 400,
    code: "NAME_INVALID",
    message: "This request needs exactly one valid Host header.",
    oci: /^\/v2(?:[/?]|$)/.test(originForm(target)),
  };
}
