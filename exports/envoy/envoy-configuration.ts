import { Document, isMap, visit } from "yaml";
import { formatCidr } from "../../networks/cidr";
import { withCarried } from "../../networks/disjoint-prefixes";
import { type Answer, redirectHeaders } from "../../routing/answer";
import type { ClientAddressRule } from "../../routing/client-address";
import { hostPattern } from "../../routing/requested-place";
import type { RoutingTable, TableMirror } from "../../routing/routing-table";
import { ipv4Pattern, ipv6Pattern } from "../address-pattern";
import { envoyText } from "../envoy-text";
import type { Exported, ExportOptions } from "../export-options";
import {
  type AnswerRule,
  type ContentRule,
  droppedParameter,
  isContentRule,
  noPlaceRules,
  queryPattern,
  type Rule,
} from "../grammar";
import { headComment } from "../head-comment";
import { mirrorEntry, NotExportable } from "../not-exportable";
import { isPersonal, type Outcomes, outcomesOf } from "../outcomes";
import { otherHosts, type Site, sitesOf } from "../site";
import { type UrlPart, urlParts } from "../url-parts";

/** A part of Envoy's configuration, as its protocol buffers' JSON form has it. */
type Part = Readonly<Record<string, unknown>>;

/** The header in which the filter for addresses tells the outcome; what a client sends under this name is dropped. */
const outcomeHeader = "x-mirrorform-outcome";
const tagOf = (outcome: number): string => `outcome${outcome}`;

function typed(type: string, name: string, content: Part): Part {
  return { name, typed_config: { "@type": `type.googleapis.com/${type}`, ...content } };
}

function headerInput(name: string): Part {
  return typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", name.replace(":", ""), { header_name: name });
}

/** Whether the whole value of a header matches. */
function headerMatches(name: string, pattern: string): Part {
  return {
    single_predicate: { input: headerInput(name), value_match: { safe_regex: { google_re2: {}, regex: pattern } } },
  };
}

const not = (predicate: Part): Part => ({ not_matcher: predicate });
const all = (predicates: readonly Part[]): Part => ({ and_matcher: { predicate: predicates } });

/** What a rule says of a request, but for its method. */
function targetPattern({ scope, pattern }: Rule): string {
  if (scope === "request") return `(?:${pattern})(?:${queryPattern})?`;
  return scope === "path" ? `(?:${pattern})(?:\\?.*)?` : pattern;
}

function predicateOf(rule: Rule): Part {
  const target = headerMatches(":path", targetPattern(rule));
  if (rule.methods === "options") return all([headerMatches(":method", "OPTIONS"), target]);
  const own = rule.methods === "others" ? not(headerMatches(":method", "GET|HEAD")) : rule.not ? not(target) : target;
  return rule.oci ? all([headerMatches(":path", "/v2(?:[/?].*)?"), own]) : own;
}

/** A URL's path with references to what a rule's pattern captures. */
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

/** A redirect to a mirror: the path is rewritten, the query stays. @throws NotExportable if Envoy's configuration cannot express the URL */
function contentAction(rule: ContentRule, mirror: TableMirror, table: RoutingTable): Part {
  const [first = "", ...others] = urlParts(rule, mirror);
  const found = typeof first === "string" ? origin.exec(first) : null;
  if (typeof first !== "string" || found?.groups === undefined) {
    return refuse(mirror, "its URL has no host that Envoy reads", "Write it as https://host/path.");
  }
  const path = [first.slice(found[0].length), ...others];
  if (path.some((part) => typeof part === "string" && /[?#]/.test(part))) {
    const problem = "its URL has a query, and Envoy puts a second question mark behind it where the request has one";
    return refuse(mirror, problem, "Name a URL without a query.");
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
  const headers = redirectHeaders(rule.of, isPersonal(table, rule.of));
  const dropping = routeAction({ redirect: { ...redirect, strip_query: true } }, headers);
  const matchers = [{ predicate: headerMatches(":path", onlyDropped), on_match: dropping }];
  return { matcher: { matcher_list: { matchers }, on_no_match: routeAction({ redirect }, headers) } };
}

/** Matches a query from which nothing is passed on: Envoy can only drop a whole query. */
const onlyDropped = `[^?]*\\?(?:(?:&${droppedParameter})+|${droppedParameter}(?:&${droppedParameter})*&?)`;

function fixedAction({ page, answer: fixed }: AnswerRule, table: RoutingTable): Part {
  if (fixed !== undefined) {
    const { status, body, headers } = fixed;
    return routeAction({ direct_response: { status, body: { inline_string: body } } }, headers);
  }
  // Not Envoy's redirect, which parses URLs and writes them in its own spelling.
  const which = page ?? "info";
  const headers = { Location: table.content.pages[which], ...redirectHeaders("page", false) };
  return routeAction({ direct_response: { status: table.content.status } }, headers, `project.${which}`);
}

/** What is answered to a rule's requests, by the outcome that the client's address has. */
function answerOf(rule: Rule, outcomes: Outcomes, table: RoutingTable, isKnown: Part | undefined): Part {
  if (!isContentRule(rule)) return fixedAction(rule, table);
  const actions = outcomes.all.map((outcome) => contentAction(rule, outcome[rule.of] ?? table.origin, table));
  const [unknown = {}] = actions;
  const texts = actions.map((action) => JSON.stringify(action));
  const others = actions.flatMap((action, number) =>
    texts[number] === texts[0] ? [] : [[tagOf(number), action] as const],
  );
  if (others.length === 0) return unknown;
  const tree = {
    matcher_tree: { input: headerInput(outcomeHeader), exact_match_map: { map: Object.fromEntries(others) } },
    on_no_match: unknown,
  };
  if (isKnown === undefined) return { matcher: tree };
  const matchers = [{ predicate: not(isKnown), on_match: unknown }];
  return { matcher: { matcher_list: { matchers }, on_no_match: { matcher: tree } } };
}

function virtualHost(site: Site, outcomes: Outcomes, table: RoutingTable, isKnown: Part | undefined): Part {
  const noHost = not(headerMatches(":authority", hostPattern));
  const rules = [
    ...noPlaceRules.map((rule) => ({ rule, predicate: all([noHost, predicateOf(rule)]) })),
    ...site.rules.map((rule) => ({ rule, predicate: predicateOf(rule) })),
  ];
  const matchers = rules.map(({ rule, predicate }) => ({
    predicate,
    on_match: answerOf(rule, outcomes, table, isKnown),
  }));
  return {
    name: site.id,
    // Envoy ignores a port, but not an empty one.
    domains: site.hosts.length === 0 ? ["*"] : site.hosts.flatMap((host) => [host, `${host}:`, `${host}.:`]),
    matcher: { matcher_list: { matchers } },
  };
}

/** How Envoy learns the client's address, and what a request must have for it to be believed. */
interface AddressParts {
  readonly connection: Part;
  /** Envoy takes the connection's other end where it finds no address; then the client is unknown instead. */
  readonly isKnown?: Part;
}

function addressParts(rule: ClientAddressRule): AddressParts {
  const address = `[ \\t]*(?:${ipv4Pattern}|${ipv6Pattern})[ \\t]*`;
  switch (rule.from) {
    case "socket":
      return { connection: { use_remote_address: true } };
    case "forwarded":
      return {
        connection: { use_remote_address: true, xff_num_trusted_hops: rule.position, skip_xff_append: true },
        isKnown: headerMatches("x-forwarded-for", `(?:.*,)?${address}(?:,[^,]*){${rule.position - 1}}`),
      };
    case "header": {
      const extension = typed(
        "envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig",
        "envoy.http.original_ip_detection.custom_header",
        { header_name: rule.name, allow_extension_to_set_address_as_trusted: true },
      );
      return {
        connection: { use_remote_address: false, original_ip_detection_extensions: [extension] },
        isKnown: headerMatches(rule.name, address),
      };
    }
    case "cloudfront":
    case "azure-front-door":
      throw new NotExportable([
        {
          entry: "--client-address",
          problem: `Envoy has no way of its own to find an address as ${rule.from} tells it`,
          fix: "Export for nginx, or name forwarded:N or header:NAME.",
        },
      ]);
  }
}

function ipTagging({ all, prefixes }: Outcomes): Part {
  const lists = all.map((): Part[] => []);
  for (const { cidr, label } of withCarried(prefixes, ["mapped", "6to4", "nat64"])) {
    lists[label]?.push({ address_prefix: formatCidr(cidr).replace(/\/.*/, ""), prefix_len: cidr.length });
  }
  const tags = lists.flatMap((list, outcome) =>
    list.length === 0 ? [] : [{ ip_tag_name: tagOf(outcome), ip_list: list }],
  );
  return typed("envoy.extensions.filters.http.ip_tagging.v3.IPTagging", "envoy.filters.http.ip_tagging", {
    request_type: "BOTH",
    ip_tag_header: { header: outcomeHeader, action: "SANITIZE" },
    ip_tags: tags,
  });
}

function connectionManager(options: ExportOptions, outcomes: Outcomes): Part {
  const { table, clientAddress } = options;
  const { connection, isKnown } = addressParts(clientAddress);
  const hosts = [...sitesOf(table), otherHosts()].map((site) => virtualHost(site, outcomes, table, isKnown));
  const filters = [typed("envoy.extensions.filters.http.router.v3.Router", "envoy.filters.http.router", {})];
  if (outcomes.prefixes.length > 0) filters.unshift(ipTagging(outcomes));
  return typed(
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    "envoy.filters.network.http_connection_manager",
    {
      stat_prefix: "redirector",
      ...connection,
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: "KEEP_UNCHANGED",
      strip_trailing_host_dot: true,
      generate_request_id: false,
      server_header_transformation: "PASS_THROUGH",
      request_headers_timeout: "10s",
      // As many headers as fit: Envoy takes 60 KiB of them, and would refuse more than 100 lines.
      common_http_protocol_options: { max_headers_count: 61_440 },
      route_config: { name: "redirector", ignore_port_in_host_matching: true, virtual_hosts: hosts },
      http_filters: filters,
    },
  );
}

function bootstrap(options: ExportOptions, outcomes: Outcomes): Part {
  const { host, port } = options.listen;
  const address = { socket_address: { address: host.replace(/^\[|\]$/g, ""), port_value: port } };
  return {
    static_resources: {
      listeners: [
        { name: "redirector", address, filter_chains: [{ filters: [connectionManager(options, outcomes)] }] },
      ],
    },
    layered_runtime: {
      layers: [
        {
          name: "static",
          // Envoy refuses expressions over 100 by itself; a digest alone needs 150.
          static_layer: { "re2.max_program_size.error_level": 20_000, "re2.max_program_size.warn_level": 20_000 },
        },
      ],
    },
  };
}

/**
 * The configuration as YAML: texts are in double quotes, as in JSON, so that no YAML parser reads one as a number or a
 * boolean; each prefix is on one line.
 */
function yamlText(config: Part): string {
  const document = new Document(config, { aliasDuplicateObjects: false });
  visit(document, {
    Map(_, node) {
      if (isMap(node) && node.has("prefix_len")) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}

/**
 * An Envoy configuration, a static bootstrap, that decides as the redirector does where no mirror is asked: addresses
 * become tags, and matchers on path and tag choose among redirects. For Envoy 1.30 and later.
 *
 * @throws NotExportable where the table says what Envoy cannot
 */
export function envoyConfiguration(options: ExportOptions): Exported {
  const outcomes = outcomesOf(options.table, options.today);
  return {
    text: `${headComment("envoy", "envoy -c envoy.yaml", options, outcomes)}\n${yamlText(bootstrap(options, outcomes))}`,
    leftOut: outcomes.leftOut,
  };
}
