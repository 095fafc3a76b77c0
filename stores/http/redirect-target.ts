import { isPermittedTarget } from "../../networks/permitted-target";

/**
 * Whether a URL may be on any host: on the first URL's own, and on all if that is http, which means that its network is
 * trusted.
 *
 * @param first the URL that was asked first, as it was configured
 */
export function isTrustedTarget(url: URL, first: URL): boolean {
  return first.protocol === "http:" || url.origin === first.origin;
}

/**
 * Where a redirect leads, if it may be followed: without credentials, and, unless it is trusted ({@link isTrustedTarget}), only
 * over https, to no host that is known to be inside a network (names are checked when they are resolved).
 *
 * @param from the URL that answered
 * @param first the URL that was asked first, as it was configured
 */
export function redirectTarget(location: string | undefined, from: URL, first: URL): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const next = new URL(location, from);
  if (next.username !== "" || next.password !== "") return undefined;
  return isPermittedTarget(next, isTrustedTarget(next, first)) ? next : undefined;
}
