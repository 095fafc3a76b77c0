/** A parameter's name: `n`, `last` and `artifactType` (OCI distribution specification), and tokens such as `next_page`. */
const namePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,31}$/;
/** How many entries a page is to have. */
const countPattern = /^[0-9]{1,9}$/;
/** What is not shown: no tag, type or token holds it. */
const hidden = /[\p{C}\p{Zl}\p{Zp}\ufffd]/u;
const mostParameters = 8;
/** Of the query that is made of them, in characters: with the longest repository name, a target under 4,096. */
const longestQuery = 3_072;

/** `ns` is containerd's word to a mirror of several registries (OCI distribution specification, "Registry Proxying"). */
const dropped: readonly string[] = ["ns"];

/**
 * The parameters of a page of a list, in one spelling: sorted, each once, all but letters, digits and `-_.!~*'()`
 * percent-encoded. Registries name the next page by `last`, or by a token of their own under any name, so that any
 * parameter passes, within bounds. It cannot change where the question goes: host and path are not in it.
 *
 * @param query behind the question mark, form-encoded (URL standard, `application/x-www-form-urlencoded`)
 * @returns a query without question mark, perhaps empty; nothing where it is not understood
 */
export function pageParameters(query: string): string | undefined {
  const given = [...new URLSearchParams(query)].filter(([name]) => !dropped.includes(name));
  if (given.length > mostParameters || new Set(given.map(([name]) => name)).size < given.length) return undefined;
  for (const [name, value] of given) {
    if (!namePattern.test(name) || hidden.test(value)) return undefined;
    if (name === "n" && !countPattern.test(value)) return undefined;
  }
  const sorted = given.sort(([a], [b]) => (a < b ? -1 : 1));
  const encoded = sorted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return encoded.length <= longestQuery ? encoded : undefined;
}
