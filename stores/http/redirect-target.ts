import { isPermittedTarget } from "../../networks/permitted-target";

/**
 * Whether a URL's host is trusted: if it is the first URL's own host, or if the first URL is http, which means that its
 * network is trusted.
 *
 * @param first the URL that was requested first, as configured
 */
export function isTrustedTarget(url: URL, first: URL): boolean {
  return first.protocol === "http:" || url.origin === first.origin;
}

/**
 * The target of a redirect, if it may be followed. It must not have credentials. Unless it is trusted ({@link
 * isTrustedTarget}), it must be https, and its host must not be known to be inside a network (names are checked when they are resolved).
 *
 * @param from the URL that answered
 * @param first the URL that was requested first, as configured
 */
export function redirectTarget(location: string | undefined, from: URL, first: URL): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const next = new URL(location, from);
  if (next.username !== "" || next.password !== "") return undefined;
  return isPermittedTarget(next, isTrustedTarget(next, first)) ? next : undefined;
}
