import { mayBePublic } from "../../networks/public-lookup";

/**
 * Whether a URL may be asked for a list: the routing table's URL, or one that it redirects to. As with questions to mirrors,
 * only https is allowed, no host inside a network (names are checked when they are resolved), and no credentials.
 *
 * @param allowPrivate for tests and trials: http, and any host
 */
export function isListTarget(url: URL, allowPrivate: boolean): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (allowPrivate) return url.protocol === "https:" || url.protocol === "http:";
  return url.protocol === "https:" && mayBePublic(url);
}
