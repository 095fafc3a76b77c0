import { isIP } from "node:net";
import { bareHost } from "./bare-host";
import { isPublicAddress } from "./special-purpose";

/**
 * Top-level names that do not exist in public DNS. `localhost`, `local`, `test`, `invalid`, `onion` and `alt` are IANA's
 * (Special-Use Domain Names registry, RFC 6761, 6762, 7686 and 9476); ICANN keeps `internal` for private use (board resolution
 * of 29 July 2024), and never delegates `home`, `corp` and `mail` (of 4 February 2018). The others are commonly used
 * inside networks by routers, Kubernetes (`svc`) and companies.
 */
const privateTopLevel = new Set(
  "localhost local localdomain test invalid onion alt internal home corp mail lan intranet private svc".split(" "),
);

/** Suffixes of two labels that are not names of public hosts: home networks (RFC 8375), and reverse lookup (RFC 1035, section 3.5; RFC 3596). */
const privateSuffix = /(^|\.)(home|in-addr|ip6)\.arpa$/;

/**
 * Why a URL's host is not public, as text that follows its name; `undefined` if it may be public. A
 * name may still resolve to a private address: `publicLookup` checks that when connecting.
 *
 * @param host as in a URL: a name, optionally with a final dot, an IPv4 address, or an IPv6 address in brackets
 */
export function describePrivateHost(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  const address = bareHost(name);
  if (isIP(address) !== 0) return isPublicAddress(address) ? undefined : "is not a public address";
  const top = name.slice(name.lastIndexOf(".") + 1);
  if (privateTopLevel.has(top) || privateSuffix.test(name)) return "is a name for private networks";
  return top === name ? "is a single label, which each network resolves differently" : undefined;
}
