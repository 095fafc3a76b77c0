/** A URL's host in the form `node:net` accepts: an IPv6 address without its brackets (RFC 3986, section 3.2.2). */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
