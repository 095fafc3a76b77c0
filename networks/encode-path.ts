/** Characters that `encodeURIComponent` does not change, and slashes. Nearly every path has only these, and testing is cheaper. */
const unchanged = /^[A-Za-z0-9\-_.!~*'()/]*$/;

/**
 * Percent-encodes each segment of a decoded path; slashes stay.
 *
 * @throws URIError if the path has a lone surrogate
 */
export function encodePath(path: string): string {
  if (unchanged.test(path)) return path;
  return path.split("/").map(encodeURIComponent).join("/");
}
