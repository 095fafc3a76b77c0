/** The usual loopback hosts, as they appear in URLs and in `Host`. */
export const loopbackHosts: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/** `127.0.0.0/8` (RFC 1122, section 3.2.1.3), `::1` (RFC 4291, section 2.5.3) and `localhost` (RFC 6761, section 6.3). */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Whether a host is on loopback.
 *
 * @param host as in a URL: an IPv6 address in brackets
 */
export function isLoopbackHost(host: string): boolean {
  return loopback.test(host);
}
