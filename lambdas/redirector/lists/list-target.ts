import { mayBePublic } from "../../../networks/public-lookup";

/**
 * Whether a URL may be asked for a list, be it the routing table's or where that redirects to. As with questions to mirrors:
 * https only, and no host inside a network (names are judged when they are resolved); never with credentials.
 *
 * @param allowPrivate for tests and trials: http, and any host
 */
export function isListTarget(url: URL, allowPrivate: boolean): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (allowPrivate) return url.protocol === "https:" || url.protocol === "http:";
  return url.protocol === "https:" && mayBePublic(url);
}
