/** A parameter's name: `n`, `last` and `artifactType` (OCI distribution specification), and tokens such as `next_page`. */
const namePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,31}$/;
/** How many entries a page should have. */
const countPattern = /^[0-9]{1,9}$/;
/** Invisible characters: no tag, type or token has them. */
const hidden = /[\p{C}\p{Zl}\p{Zp}\ufffd]/u;
const mostParameters = 8;
/** The longest resulting query, in characters: with the longest repository name, the target stays under 4,096. */
const longestQuery = 3_072;

/**
 * The parameters of a page of a list, in one spelling: sorted, each once, all but letters, digits and `-_.!~*'()`
 * percent-encoded. Registries name the next page by `last`, or by their own token under any name, so any
 * parameter passes, within limits. It cannot change where the question goes: that is host and path.
 *
 * @param query what follows the question mark, form-encoded (URL standard, `application/x-www-form-urlencoded`)
 * @returns a query without question mark, possibly empty; undefined if it is not understood
 */
export function pageParameters(query: string): string | undefined {
  const given = [...new URLSearchParams(query)];
  if (given.length > mostParameters || new Set(given.map(([name]) => name)).size < given.length) return undefined;
  for (const [name, value] of given) {
    if (!namePattern.test(name) || hidden.test(value)) return undefined;
    if (name === "n" && !countPattern.test(value)) return undefined;
  }
  const sorted = given.sort(([a], [b]) => (a < b ? -1 : 1));
  const encoded = sorted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return encoded.length <= longestQuery ? encoded : undefined;
}
