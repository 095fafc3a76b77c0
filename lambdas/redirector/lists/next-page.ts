import { pageParameters } from "./page-parameters";

/** RFC 8288, section 3: `<target>; parameter; parameter="…"`, several of them behind commas. */
const linkValue = /\s*<([^<>]*)>((?:\s*;\s*[^\s;,="]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)\s*(?:,|$)/y;
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i;

/** What is next: its parameters; nothing behind the last page; `unreadable` where there may be something. */
export type NextPage = { readonly query: string } | "none" | "unreadable";

/** RFC 3986, appendix B. */
function queryOf(target: string): string | undefined {
  return /^[^?#]*\?([^#]*)/.exec(target)?.[1];
}

function isNext(parameters: string): boolean {
  const [, quoted, bare = ""] = relation.exec(parameters) ?? [];
  return (quoted ?? bare).toLowerCase().split(/\s+/).includes("next");
}

/**
 * The next page of a list, by its `Link` header (OCI distribution specification, "Listing Tags" and "Listing Referrers").
 * Only the parameters are taken. Host and path are those of the registry itself, by its own name for the repository,
 * and of no use to a client that knows it by another.
 *
 * @param current the parameters of this page: a link to it, or to the first one, would have no end, and is not readable
 */
export function nextPage(link: string | undefined, current: string): NextPage {
  if (link === undefined) return "none";
  linkValue.lastIndex = 0;
  while (linkValue.lastIndex < link.length) {
    const [, target, parameters = ""] = linkValue.exec(link) ?? [];
    if (target === undefined) return "unreadable";
    if (!isNext(parameters)) continue;
    const query = pageParameters(queryOf(target) ?? "");
    return query === undefined || query === "" || query === current ? "unreadable" : { query };
  }
  return "none";
}
