import { type LookupAddress, type LookupOptions, lookup as resolve } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { bareHost } from "./bare-host";
import { isPublicAddress } from "./special-purpose";

/** The error for a host that must not be connected to. The message contains the host, but no address. */
export class NotPublic extends Error {
  override readonly name = "NotPublic";
  readonly code = "ENOTPUBLIC";

  constructor(host: string) {
    super(`${host} is not on the public internet`);
  }
}

/**
 * Resolves a name as `dns.lookup` does, and refuses it with {@link NotPublic} if one of its addresses is not public.
 * As the `lookup` of a connection it checks the exact address that is connected to, so that a name that resolves to
 * something else the next time (DNS rebinding) has no effect. One non-public address is enough: a name with both
 * kinds is misconfigured or malicious.
 *
 * `node:net` does not call `lookup` for literal addresses: see {@link requirePublicHost}.
 */
export const publicLookup: LookupFunction = (host, options, callback) => {
  resolve(host, { ...(options as LookupOptions), all: true }, (error, addresses) => {
    const first = addresses?.[0];
    if (error) callback(error, "");
    else if (first === undefined || !addresses.every(isPublic)) callback(new NotPublic(host), "");
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Whether a URL's host may be public: a public address, or a name, which {@link publicLookup} checks when it is resolved. */
export function mayBePublic({ hostname }: URL): boolean {
  const host = bareHost(hostname);
  return isIP(host) === 0 || isPublicAddress(host);
}

/** @throws NotPublic unless {@link mayBePublic} */
export function requirePublicHost(url: URL): void {
  if (!mayBePublic(url)) throw new NotPublic(url.hostname);
}

function isPublic({ address }: LookupAddress): boolean {
  return isPublicAddress(address);
}
