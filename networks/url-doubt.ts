import { hostDoubt, type UrlDoubt } from "./host-doubt";
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
 * What is wrong with a URL to which clients are sent, or from which lists are fetched; `undefined` if nothing. It must be
 * https (on loopback also http), have a host that all programs parse alike, and have no credentials and no fragment.
 */
export function urlDoubt(text: string): UrlDoubt | undefined {
  const { scheme, authority = "", path = "", query = "", fragment } = parts.exec(text)?.groups ?? {};
  const fix = "Write it as https://host/path.";
  if (scheme === undefined) return { message: "this is not an http or https URL", fix };
  if (authority === "") return { message: "the URL names no host", fix };
  if (/[\\\p{Cc}\s]/u.test(text)) {
    return { message: "the URL contains a backslash, a space or a control character", fix: "Take it out." };
  }
  if (authority.includes("@")) {
    return { message: "everybody would see the user or password in this URL", fix: "Take them out." };
  }
  const { host: name = "", port } = host.exec(authority)?.groups ?? {};
  return (
    hostDoubt(name) ??
    portDoubt(port) ??
    schemeDoubt(scheme, name) ??
    pathDoubt(path, query) ??
    (fragment === undefined ? undefined : { message: "a fragment (#…) is never sent to a server", fix: "Take it out." })
  );
}

/**
 * What is wrong with the URL of a page that browsers are sent to; `undefined` if nothing. It may also have a fragment,
 * with the same characters as a query (RFC 3986, section 3.5).
 */
export function pageUrlDoubt(text: string): UrlDoubt | undefined {
  const [, url = "", fragment = ""] = /^([^#]*)#?(.*)$/s.exec(text) ?? [];
  const doubt = urlDoubt(url) ?? pathDoubt("", fragment);
  if (doubt !== undefined || !fragment.includes("#")) return doubt;
  return { message: "a fragment cannot contain a second #", fix: "Write it percent-encoded: %23" };
}

/**
 * The host of a URL or URL template, as written; `undefined` if the URL is too malformed to have one. An IPv6
 * address is in its brackets.
 */
export function hostOfUrl(text: string): string | undefined {
  const filled = text.replace(/\{[^{}]*\}/g, "x");
  if (urlDoubt(filled) !== undefined) return undefined;
  return host.exec(parts.exec(filled)?.groups?.authority ?? "")?.groups?.host;
}

function portDoubt(port: string | undefined): UrlDoubt | undefined {
  if (port === undefined || (/^:[1-9]\d{0,4}$/.test(port) && Number(port.slice(1)) <= 65_535)) return undefined;
  return { message: `"${port}" is not a port from 1 to 65535`, fix: "Leave it out, or write it as :8443." };
}

function schemeDoubt(scheme: string, host: string): UrlDoubt | undefined {
  // Tests run their servers on loopback.
  if (scheme === "https" || isLoopbackHost(host)) return undefined;
  const fix = "Use https: over http, anybody on the path can change the answer.";
  return { message: "the URL is not https", fix };
}

function pathDoubt(path: string, query: string): UrlDoubt | undefined {
  const strange = [...path, ...query].find(
    (character) => !onlyUriCharacters.test(character) || /[[\]]/.test(character),
  );
  if (strange !== undefined) {
    return {
      message: `a URL cannot hold the character ${strange}`,
      fix: `Write it percent-encoded: ${encodeURIComponent(strange)}`,
    };
  }
  if (brokenPercent.test(path + query)) {
    return { message: "a % is not followed by two hexadecimal digits", fix: "A percent sign itself is %25." };
  }
  if (!dotSegment.test(path)) return undefined;
  return { message: "a path with a segment . or .. leads elsewhere", fix: "Write the path without them." };
}

/** What is wrong with a URL to which paths are appended; `undefined` if nothing. */
export function baseDoubt(text: string): UrlDoubt | undefined {
  if (!/[{}?]/.test(text)) return urlDoubt(text);
  return {
    message: "a registry's URL has no placeholder and no query",
    fix: "Write it as https://host or https://host/path.",
  };
}
