/**
 * Allowed characters of a query, with its question mark: what RFC 3986, section 3.4, allows, and what browsers send besides
 * (WHATWG URL, "query percent-encode set"). Anything else could break a header.
 */
export const queryPattern = /^\?[A-Za-z0-9\-._~!$&'()*+,;=:@/?%|[\]{}^`\\]*$/;

/** Characters that browsers send unencoded, but that RFC 3986 requires to be encoded. */
const unencoded = /[|[\]{}^`\\]/g;

/**
 * containerd's parameter for the registry that it wants to reach through a proxy (OCI distribution specification, "Registry
 * Proxying"). It is meant for us; some origins answer 400 to unknown parameters. Names are equal with and without
 * percent-encoding (RFC 3986, section 6.2.2.2).
 */
export const namespacePattern = /(?:n|%6[Ee])(?:s|%73)(?:=[^&]*)?/;
const isNamespace = new RegExp(`^${namespacePattern.source}$`);
const hasNamespace = new RegExp(`[?&]${namespacePattern.source}(?:&|$)`);

function withoutNamespace(query: string): string {
  const others = query
    .slice(1)
    .split("&")
    .filter((parameter) => !isNamespace.test(parameter))
    .join("&");
  return others === "" ? "" : `?${others}`;
}

/** The query that is passed to a mirror, from one that matches {@link queryPattern}: parameters keep their form and order. */
export function passedQuery(query: string): string {
  if (query === "") return "";
  const passed = hasNamespace.test(query) ? withoutNamespace(query) : query;
  return passed.replace(unencoded, encodeURIComponent);
}

/** Appends a query, which is empty or starts with `?`. */
export function withQuery(url: string, query: string): string {
  if (query === "") return url;
  return url.includes("?") ? url + query.replace("?", "&") : url + query;
}
