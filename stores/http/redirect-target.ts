import { mayBePublic } from "../../networks/public-lookup";

/**
 * Where a redirect leads, if it may be followed: only over https, without credentials, and on other hosts than the first URL's
 * to nothing known not to be public (names are checked when they are resolved). A first URL with http means that its network
 * is trusted: then neither rule about https nor the one about hosts applies.
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
