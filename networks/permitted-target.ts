import { mayBePublic, requirePublicHost } from "./public-lookup";

/** The error for a URL that must not be requested. The message contains no address. */
export class TargetRefused extends Error {
  override readonly name = "TargetRefused";
}

function hasPermittedProtocol({ protocol }: URL, allowPrivate: boolean): boolean {
  return protocol === "https:" || (allowPrivate && protocol === "http:");
}

/**
 * Whether a URL may be requested: only https, and no host that is known to be inside a network. A name may still resolve to a
 * private address: `publicLookup` checks that when connecting.
 *
 * @param allowPrivate whether http and any host are permitted
 */
export function isPermittedTarget(url: URL, allowPrivate: boolean): boolean {
  return hasPermittedProtocol(url, allowPrivate) && (allowPrivate || mayBePublic(url));
}

/** @throws TargetRefused, NotPublic unless {@link isPermittedTarget} */
export function requirePermittedTarget(url: URL, allowPrivate: boolean): void {
  if (!hasPermittedProtocol(url, allowPrivate)) throw new TargetRefused("not an https URL");
  if (!allowPrivate) requirePublicHost(url);
}
