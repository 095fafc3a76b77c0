/** A path's form: with escapes (`%2e` is a dot, `%2F` is part of a name), or decoded. */
type Spelling = "escaped" | "decoded";

/** A cheap check: nearly every path has neither repeated slashes nor a segment that begins with a dot. */
function isPlain(path: string, spelling: Spelling): boolean {
  if (path.includes("//") || path.includes("/.")) return false;
  return spelling === "decoded" || !path.includes("%") || !/\/%2e/i.test(path);
}

/** The dots of a dot segment; any other segment unchanged. */
function dotsOf(segment: string, spelling: Spelling): string {
  if (spelling === "decoded" || segment.length > "%2e%2e".length || !segment.includes("%")) return segment;
  return segment.replace(/%2e/gi, ".");
}

/**
 * A path without dot segments (RFC 3986, section 5.2.4), and then with repeated slashes merged, which file servers treat
 * as one. Directories keep their final slash: `/a/.` is `/a/`, and `/a/b/..` too. A dot is
 * unreserved, so `%2e` is the same dot (section 6.2.2.2), and browsers, Bun and Envoy read it in this way.
 *
 * @param path begins with a slash
 * @returns undefined if `..` climbs above the root, which section 5.2.4 would ignore: no client does that accidentally
 */
export function plainPath(path: string, spelling: Spelling): string | undefined {
  if (isPlain(path, spelling)) return path;
  const kept: string[] = [];
  let last = "";
  for (const segment of path.slice(1).split("/")) {
    last = dotsOf(segment, spelling);
    if (last === "..") {
      if (kept.pop() === undefined) return undefined;
    } else if (last !== ".") kept.push(segment);
  }
  const isDirectory = last === "" || last === "." || last === "..";
  const names = kept.filter((segment) => segment !== "");
  return isDirectory && names.length > 0 ? `/${names.join("/")}/` : `/${names.join("/")}`;
}
