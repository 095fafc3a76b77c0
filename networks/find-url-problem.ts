import { findHostProblem, type UrlProblem } from "./find-host-problem";
import { isLoopbackHost } from "./loopback";
import { uriCharacter } from "./uri-character";

/** The parts of an http or https URL (RFC 3986, appendix B); path, query and fragment include the character that introduces them. */
const parts = /^(?<scheme>https?):\/\/(?<authority>[^/?#]*)(?<path>[^?#]*)(?<query>\?[^#]*)?(?<fragment>#.*)?$/s;
const host = /^(?<host>\[[^\]]*\]|[^:]*)(?<port>:.*)?$/s;

const onlyUriCharacters = new RegExp(`^${uriCharacter}*$`);
/** `.` and `..` as segments, also percent-encoded: the WHATWG URL standard removes both kinds. */
const dotSegment = /(^|\/)(\.|%2e){1,2}(\/|$)/i;
const brokenPercent = /%(?![0-9a-f]{2})/i;

/**
 * The problem with a URL to which clients are sent, or from which lists are fetched; `undefined` if there is none. It must be
 * https (on loopback also http), have an unambiguous host, and have no credentials and no fragment.
 */
export function findUrlProblem(text: string): UrlProblem | undefined {
  const { scheme, authority = "", path = "", query = "", fragment } = parts.exec(text)?.groups ?? {};
  const fix = "Write it as https://host/path.";
  if (scheme === undefined) return { message: "this is not an http or https URL", fix };
  if (authority === "") return { message: "the URL has no host", fix };
  if (/[\\\p{Cc}\s]/u.test(text)) {
    return { message: "the URL contains a backslash, a space or a control character", fix: "Remove it." };
  }
  if (authority.includes("@")) {
    return { message: "the URL has a user or password, which all clients would see", fix: "Remove them." };
  }
  const { host: name = "", port } = host.exec(authority)?.groups ?? {};
  return (
    findHostProblem(name) ??
    findPortProblem(port) ??
    findSchemeProblem(scheme, name) ??
    findPathProblem(path, query) ??
    (fragment === undefined ? undefined : { message: "a fragment (#…) is never sent to a server", fix: "Remove it." })
  );
}

/**
 * The problem with the URL of a page that browsers are sent to; `undefined` if there is none. It may also have a fragment,
 * with the same characters as a query (RFC 3986, section 3.5).
 */
export function findPageUrlProblem(text: string): UrlProblem | undefined {
  const [, url = "", fragment = ""] = /^([^#]*)#?(.*)$/s.exec(text) ?? [];
  const problem = findUrlProblem(url) ?? findPathProblem("", fragment);
  if (problem !== undefined || !fragment.includes("#")) return problem;
  return { message: "a fragment cannot contain a second #", fix: "Write it percent-encoded: %23" };
}

/**
 * The host of a URL or URL template, as written; `undefined` if the URL is too malformed to have one. An IPv6
 * address keeps its brackets.
 */
export function hostOfUrl(text: string): string | undefined {
  const filled = text.replace(/\{[^{}]*\}/g, "x");
  if (findUrlProblem(filled) !== undefined) return undefined;
  return host.exec(parts.exec(filled)?.groups?.authority ?? "")?.groups?.host;
}

function findPortProblem(port: string | undefined): UrlProblem | undefined {
  if (port === undefined || (/^:[1-9]\d{0,4}$/.test(port) && Number(port.slice(1)) <= 65_535)) return undefined;
  return { message: `"${port}" is not a port from 1 to 65535`, fix: "Remove it, or write it as :8443." };
}

function findSchemeProblem(scheme: string, host: string): UrlProblem | undefined {
  // Tests run their servers on loopback.
  if (scheme === "https" || isLoopbackHost(host)) return undefined;
  const fix = "Use https: with http, anyone on the path can change the response.";
  return { message: "the URL is not https", fix };
}

function findPathProblem(path: string, query: string): UrlProblem | undefined {
  const strange = [...path, ...query].find(
    (character) => !onlyUriCharacters.test(character) || /[[\]]/.test(character),
  );
  if (strange !== undefined) {
    return {
      message: `a URL cannot contain the character ${strange}`,
      fix: `Write it percent-encoded: ${encodeURIComponent(strange)}`,
    };
  }
  if (brokenPercent.test(path + query)) {
    return { message: "a % is not followed by two hexadecimal digits", fix: "Write a literal percent sign as %25." };
  }
  if (!dotSegment.test(path)) return undefined;
  return { message: "a path with a `.` or `..` segment leads elsewhere", fix: "Write the path without them." };
}

/** The problem with a URL to which paths are appended; `undefined` if there is none. */
export function findBaseUrlProblem(text: string): UrlProblem | undefined {
  if (!/[{}?]/.test(text)) return findUrlProblem(text);
  return {
    message: "a registry's URL cannot have a placeholder or a query",
    fix: "Write it as https://host or https://host/path.",
  };
}
