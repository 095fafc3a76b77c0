/** A parameter's name: `n`, `last` and `artifactType` (OCI distribution specification), and registries' own such as `next_page`. */
const namePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,31}$/;
/** The value of `n`, the requested number of entries. */
const countPattern = /^[0-9]{1,9}$/;
/** Invisible characters, which no tag, type or token has. */
const hidden = /[\p{C}\p{Zl}\p{Zp}\ufffd]/u;
const mostParameters = 8;
/** The longest resulting query, in characters: with the longest repository name, the target stays under 4,096. */
const longestQuery = 3_072;

/**
 * The parameters of a page of a list, in canonical form: sorted, unique, everything except letters, digits and `-_.!~*'()`
 * percent-encoded. Registries identify the next page by `last`, or by their own token under any name, so any parameter passes,
 * within limits. It cannot change where the request goes: host and path decide that.
 *
 * @param query what follows the question mark, form-encoded (URL standard, `application/x-www-form-urlencoded`)
 * @returns a query without question mark, possibly empty; undefined if the query is not acceptable
 */
export function pageParameters(query: string): string | undefined {
  const parameters = [...new URLSearchParams(query)];
  if (parameters.length > mostParameters || new Set(parameters.map(([name]) => name)).size < parameters.length)
    return undefined;
  for (const [name, value] of parameters) {
    if (!namePattern.test(name) || hidden.test(value)) return undefined;
    if (name === "n" && !countPattern.test(value)) return undefined;
  }
  const sorted = parameters.sort(([a], [b]) => (a < b ? -1 : 1));
  const encoded = sorted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return encoded.length <= longestQuery ? encoded : undefined;
}
