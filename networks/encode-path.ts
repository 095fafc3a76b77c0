/** What `encodeURIComponent` leaves as it is, and slashes: nearly every path, and looking is cheaper than encoding. */
const unchanged = /^[A-Za-z0-9\-_.!~*'()/]*$/;

/**
 * Percent-encodes each segment of a decoded path; slashes stay.
 *
 * @throws URIError where the path has a lone surrogate
 */
export function encodePath(path: string): string {
  if (unchanged.test(path)) return path;
  return path.split("/").map(encodeURIComponent).join("/");
}
