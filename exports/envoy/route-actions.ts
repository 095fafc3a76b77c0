import type { Answer } from "../../routing/answer";
import type { RoutingTable, TableMirror } from "../../routing/routing-table";
import { fixedAnswer } from "../fixed-answer";
import { droppedParameter } from "../grammar/request-patterns";
import type { AnswerRule, ContentRule, PageRule } from "../grammar/rule";
import { mirrorEntry, NotExportable } from "../not-exportable";
import { contentHeaders } from "../outcomes";
import { type UrlPart, urlParts } from "../url-parts";
import { headerMatches, type Part, typed } from "./envoy-part";
import { envoyText } from "./envoy-text";

/** A URL's path with references to the captures of a rule's pattern. */
function substitution(parts: readonly UrlPart[], { captures }: ContentRule, entry: string): string {
  return parts
    .map((part) =>
      typeof part === "string" ? envoyText(part, "rewrite", entry) : `\\${captures.indexOf(part.capture) + 1}`,
    )
    .join("");
}

/** @param entry where the values are in the inventory, if they come from there */
function headersToAdd(headers: Answer["headers"], entry = ""): Part[] {
  return Object.entries(headers).map(([key, value]) => ({
    header: { key, value: envoyText(value, "header", entry) },
    append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
  }));
}

function routeAction(route: Part, headers: Answer["headers"], entry?: string): Part {
  const whole = { match: { prefix: "/" }, ...route, response_headers_to_add: headersToAdd(headers, entry) };
  return { action: typed("envoy.config.route.v3.Route", "route", whole) };
}

const responseCodes = { 302: "FOUND", 307: "TEMPORARY_REDIRECT" } as const;

/** The part of a mirror's URL before the path. */
const origin = /^(?<scheme>https?):\/\/(?<host>\[[^\]]*\]|[^/?#:]+)(?::(?<port>[0-9]+))?(?=\/)/;

function refuse(mirror: TableMirror, problem: string, fix: string): never {
  throw new NotExportable([{ entry: mirrorEntry(mirror.id), problem, fix }]);
}

/**
 * A redirect to a mirror: the path is rewritten, the query stays. @throws NotExportable if Envoy's configuration cannot
 * express the URL
 */
export function contentAction(rule: ContentRule, mirror: TableMirror, table: RoutingTable): Part {
  const [first = "", ...others] = urlParts(rule, mirror);
  const found = typeof first === "string" ? origin.exec(first) : null;
  if (typeof first !== "string" || found?.groups === undefined) {
    return refuse(mirror, "its URL has no host that Envoy accepts", "Write it as https://host/path.");
  }
  const path = [first.slice(found[0].length), ...others];
  if (path.some((part) => typeof part === "string" && /[?#]/.test(part))) {
    const problem = "its URL has a query; Envoy would append the request's query with a second question mark";
    return refuse(mirror, problem, "Use a URL without a query.");
  }
  const { scheme, host, port } = found.groups;
  const entry = mirrorEntry(mirror.id);
  const redirect = {
    scheme_redirect: scheme,
    host_redirect: envoyText(host ?? "", "plain", entry),
    ...(port !== undefined && { port_redirect: Number(port) }),
    response_code: responseCodes[table.content.status],
    regex_rewrite: { pattern: { regex: `^${rule.pattern}$` }, substitution: substitution(path, rule, entry) },
  };
  const headers = contentHeaders(table, rule.of);
  const dropping = routeAction({ redirect: { ...redirect, strip_query: true } }, headers);
  const matchers = [{ predicate: headerMatches(":path", onlyDropped), on_match: dropping }];
  return { matcher: { matcher_list: { matchers }, on_no_match: routeAction({ redirect }, headers) } };
}

/** Matches a query of which nothing is passed on: Envoy can only drop a whole query. */
const onlyDropped = `[^?]*\\?(?:(?:&${droppedParameter})+|${droppedParameter}(?:&${droppedParameter})*&?)`;

/** One answer for all clients. */
export function fixedAction(rule: PageRule | AnswerRule, table: RoutingTable): Part {
  const { answer, entry } = fixedAnswer(rule, table);
  const { status, body, headers } = answer;
  // Pages do not use Envoy's own redirects, which would normalize their URLs.
  const response = "page" in rule ? { status } : { status, body: { inline_string: body } };
  return routeAction({ direct_response: response }, headers, entry);
}
