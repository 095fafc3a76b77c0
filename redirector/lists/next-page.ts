import { pageParameters } from "./page-parameters";

/** One value of a `Link` header: `<target>; parameter; parameter="…"`. Commas separate several (RFC 8288, section 3). */
const linkValue = /\s*<([^<>]*)>((?:\s*;\s*[^\s;,="]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)\s*(?:,|$)/y;
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i;

/** The next page's parameters; `none` after the last page; `unreadable` if there may be a next page but its link is unusable. */
export type NextPage = { readonly query: string } | "none" | "unreadable";

/** The query of a URI reference (RFC 3986, appendix B). */
function readQuery(target: string): string | undefined {
  return /^[^?#]*\?([^#]*)/.exec(target)?.[1];
}

function isNext(parameters: string): boolean {
  const [, quoted, bare = ""] = relation.exec(parameters) ?? [];
  return (quoted ?? bare).toLowerCase().split(/\s+/).includes("next");
}

/**
 * The next page of a list, by its `Link` header (OCI distribution specification, "Listing Tags" and "Listing Referrers").
 * Only the parameters are used: host and path are the registry's own, with its own repository name, and useless to clients.
 *
 * @param current the parameters of this page: a link to it, or to the first page, would loop, and counts as unreadable
 */
export function nextPage(link: string | undefined, current: string): NextPage {
  if (link === undefined) return "none";
  linkValue.lastIndex = 0;
  while (linkValue.lastIndex < link.length) {
    const [, target, parameters = ""] = linkValue.exec(link) ?? [];
    if (target === undefined) return "unreadable";
    if (!isNext(parameters)) continue;
    const query = pageParameters(readQuery(target) ?? "");
    return query === undefined || query === "" || query === current ? "unreadable" : { query };
  }
  return "none";
}
