import { isLoopbackHost } from "../../networks/loopback";
import { mayBePublic } from "../../networks/public-lookup";
import { StoreError } from "../store-error";

/**
 * The target of a redirect, if it may be followed: a remote registry must not lead to this machine, or to an address inside our
 * network.
 *
 * @throws StoreError if it does, or if it leads to plain HTTP
 */
export function followedLocation(location: string | undefined, from: URL): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new StoreError(`${from.host} redirects without a valid URL: ${location ?? "no Location"}`);
  }
  const url = new URL(location, from);
  const isHere = isLoopbackHost(from.hostname) && isLoopbackHost(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere)) {
    throw new StoreError(`${from.host} redirects to ${url.origin}, which is not HTTPS`);
  }
  if (url.hostname === from.hostname || isHere || !isInside(url) || isInside(from)) return url;
  throw new StoreError(`${from.host} redirects to ${url.origin}, which is not on the public internet`);
}

/** Among names, only those of this machine are known to be private. */
function isInside(url: URL): boolean {
  return !mayBePublic(url) || /(^|\.)localhost\.?$/.test(url.hostname);
}
