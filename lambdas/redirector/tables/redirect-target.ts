import { mayBePublic } from "../../../networks/public-lookup";

/**
 * Where a redirect leads, if it may be followed: by https, without credentials, and outside of the first URL's host to nothing
 * that is known not to be public (names are judged when they are resolved). Who names a first URL by http trusts the network
 * that it is in: there neither holds.
 *
 * @param from the URL that answered
 * @param first the URL that was asked first, as it was configured
 */
export function redirectTarget(location: string | undefined, from: URL, first: URL): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const next = new URL(location, from);
  const { protocol, origin, username, password } = next;
  if (username !== "" || password !== "") return undefined;
  if (first.protocol === "http:") return protocol === "http:" || protocol === "https:" ? next : undefined;
  if (protocol !== "https:") return undefined;
  return origin === first.origin || mayBePublic(next) ? next : undefined;
}
