import { formatCidr } from "../../networks/cidr";
import { withCarried } from "../../networks/disjoint-prefixes";
import { type Answer, redirectHeaders } from "../../routing/answer";
import { longestTarget } from "../../routing/asked";
import type { ClientAddressRule } from "../../routing/client-address";
import { hostPattern, schemePattern } from "../../routing/requested-place";
import type { RoutingTable, TableMirror } from "../../routing/routing-table";
import { ipv4Pattern, ipv6Pattern } from "../address-pattern";
import type { Exported, ExportOptions } from "../export-options";
import {
  type AnswerRule,
  type ContentRule,
  dot,
  droppedParameter,
  isContentRule,
  noPlaceRules,
  queryPattern,
  type Rule,
  unreadable,
  untidyPath,
} from "../grammar";
import { headComment } from "../head-comment";
import { dollarBlock, nginxText } from "../nginx-text";
import { mirrorEntry } from "../not-exportable";
import { isPersonal, type Outcomes, outcomesOf } from "../outcomes";
import { withNames } from "../portable-pattern";
import { otherHosts, type Site, sitesOf } from "../site";
import { urlParts } from "../url-parts";

/** A regular expression as nginx reads it: of backslashes, only those before quotes and backslashes are its own. */
function regex(pattern: string): string {
  return `"~${pattern.replaceAll("\\\\", "\\\\\\\\").replaceAll('"', '\\"')}"`;
}

/** A rule as a regular expression for `$asked_line`: the request line, with a plain path. */
function requestPattern(rule: Rule): string {
  if (rule.methods === "options") return `^OPTIONS ${rule.pattern} HTTP/`;
  if (rule.methods === "others") return `^(?!GET |HEAD )[^ ]+ ${rule.oci ? "/v2[/? ]" : ""}`;
  const oci = rule.oci ? "(?=/v2[/? ])" : "";
  const pattern = withNames(
    rule.pattern,
    isContentRule(rule) ? rule.captures.map((capture) => `asked_${capture}`) : [],
  );
  if (rule.scope === "request") return `^(?:GET|HEAD) ${pattern}(?<asked_query>${queryPattern})? HTTP/`;
  const end = rule.scope === "path" ? "[? ]" : " HTTP/";
  // These repeat what ends the path, so nothing is lost without going back: see `Change`.
  if (rule.not) return `^(?:GET|HEAD) ${oci}(?!(?:${pattern.replaceAll(")*", ")*+")})${end})`;
  return `^(?:GET|HEAD) ${oci}(?:${pattern})${end}`;
}

/** The names of answers: one for each rule, but that rules of one id and place share one. */
class Answers {
  readonly content = new Map<string, ContentRule>();
  readonly fixed = new Map<string, AnswerRule>();

  /** The name of a rule's answer. */
  nameOf(rule: Rule): string {
    const known = isContentRule(rule) ? this.content : this.fixed;
    for (let number = 1; ; number++) {
      const name = number === 1 ? rule.id : `${rule.id}-${number}`;
      const other = known.get(name);
      if (other === undefined) known.set(name, rule as ContentRule);
      else if (!isAnsweredAlike(other, rule)) continue;
      return name;
    }
  }
}

function isAnsweredAlike(a: Rule, b: Rule): boolean {
  const parts = (rule: Rule) => (isContentRule(rule) ? [rule.of, rule.at] : [rule.page, rule.answer]);
  return JSON.stringify(parts(a)) === JSON.stringify(parts(b));
}

function siteMap({ id, rules }: Site, answers: Answers): string {
  const lines = rules.map((rule) => `        ${regex(requestPattern(rule))} ${answers.nameOf(rule)};`);
  return `    map $asked_line $asked_of_${id} {\n        default malformed;\n${lines.join("\n")}\n    }\n`;
}

function sitesText(sites: readonly Site[]): string {
  const hosts = sites.flatMap(({ id, hosts: names }) =>
    names.map((name) => `        ${nginxText(name, "name", `hosts.${name}`)} $asked_of_${id};`),
  );
  return `    map $host $asked_of_host {
        default $asked_of_${otherHosts().id};
${hosts.join("\n")}
    }
    # Several Host headers, and one that names no host, are refused whatever is asked for.
    map $http_host $asked {
        default $no_place;
        ${regex(`^${hostPattern}$`)} $asked_of_host;
    }
    map $asked_line $no_place {
        default no-place;
        "~^[^ ]+ /v2[/? ]" no-place-oci;
    }
`;
}

/**
 * The answers to requests that nginx itself refuses: always our refusal, never what the rest of the request would have got,
 * since nginx may have stopped in the middle of its headers.
 */
function refusedText(answers: Answers): string {
  const refusals = [...answers.fixed].flatMap(([name, { answer: fixed }]) => (fixed?.status === 400 ? [name] : []));
  const lines = refusals.map((name) => `        ${name} ${name};`);
  return `    map $asked_line $refused_otherwise {
        default refused;
        "~^[^ ]+ /v2[/? ]" refused-oci;
    }
    map $asked $refused {
        default $refused_otherwise;
${lines.join("\n")}
    }
`;
}

/**
 * An expression, and its replacement for a text that matches. Groups repeat without backtracking (`*+`): PCRE keeps
 * backtracking points on a stack of 32 KB, and if that overflows, nginx logs the request with the client's address.
 */
type Change = readonly [pattern: string, result: string];

/**
 * Maps that change a text one after another, at most a given number of times; only texts that need it, since each map costs.
 *
 * @param name the variable of the result
 * @param needed matches the texts that need changes
 */
function repeatedly(source: string, name: string, needed: string, times: number, changes: readonly Change[]): string {
  const lines = changes.map(([pattern, result]) => `        ${regex(pattern)} "${result}";\n`).join("");
  const steps = Array.from({ length: times }, (_, step) => {
    const from = step === 0 ? source : `$${name}_${step}`;
    return `    map ${from} $${name}_${step + 1} {\n        default ${from};\n${lines}    }\n`;
  });
  const last = `    map ${source} $${name} {\n        default ${source};\n        ${regex(needed)} $${name}_${times};\n    }\n`;
  return steps.join("") + last;
}

/** How many dot segments and repeated slashes are removed; paths with more are refused. */
const mostUntidy = 10;

/** The request line without them: dots first (RFC 3986, section 5.2.4), then slashes, as in `routing/plain-path.ts`. */
function tidyText(): string {
  const name = `(?!${dot}{1,2}[/? ])[^/? ]*+`;
  const names = `(?<asked_before>[^ ]+ (?:/${name})*+)`;
  const namesButOne = `(?<asked_before>[^ ]+ (?:/${name}(?=/${name}))*+)`;
  // Whole segments only: the next one may be a name that begins with a dot.
  const dots = `(?:/${dot}(?=[/? ]))++`;
  const changes: Change[] = [
    [`^${names}${dots}(?<asked_after>/.*)$`, "$asked_before$asked_after"],
    [`^${names}${dots}(?<asked_after>[? ].*)$`, "$asked_before/$asked_after"],
    [`^${namesButOne}/${name}/${dot}{2}(?<asked_after>/.*)$`, "$asked_before$asked_after"],
    [`^${namesButOne}/${name}/${dot}{2}(?<asked_after>[? ].*)$`, "$asked_before/$asked_after"],
    ["^(?<asked_before>[^ ]+ (?:/[^/? ]++)*+)/{2,}(?<asked_after>.*)$", "$asked_before/$asked_after"],
  ];
  // What is too long is refused unchanged.
  const needed = `^[^ ]+ (?=[!-~]{1,${longestTarget}} )(?:${untidyPath})[? ]`;
  return repeatedly("$pathed_line", "asked_line", needed, mostUntidy, changes);
}

/** How many parameters are removed; any more are passed on. */
const mostDropped = 4;

/** The query that mirrors get, as in `routing/passed-query.ts`. */
function queryText(): string {
  const changes: Change[] = [
    [`^\\?(?:&${droppedParameter}|${droppedParameter}&?)$`, ""],
    [
      `^(?<asked_before>\\?(?:(?!${droppedParameter}(?:&|$))[^&]*+&)*+)${droppedParameter}&(?<asked_after>.*)$`,
      "$asked_before$asked_after",
    ],
    [`^(?<asked_before>.*)&${droppedParameter}$`, "$asked_before"],
  ];
  return repeatedly("$asked_query", "passed_query", `[?&]${droppedParameter}(?:&|$)`, mostDropped, changes);
}

/** A URL with nginx's variables for captures. */
function urlValue(rule: ContentRule, mirror: TableMirror): string {
  const parts = urlParts(rule, mirror);
  const hasQuery = parts.some((part) => typeof part === "string" && part.includes("?"));
  const url = parts.map((part) => (typeof part === "string" ? part : { variable: `asked_${part.capture}` }));
  return nginxText([...url, { variable: hasQuery ? "passed_more" : "passed_query" }], "line", mirrorEntry(mirror.id));
}

function urlVariable(name: string): string {
  return `$url_of_${name.replaceAll("-", "_")}`;
}

/** Where an answer leads, by outcome: the map, where there is more than one place, and what the redirect names. */
function urlOf(name: string, rule: ContentRule, { all }: Outcomes, table: RoutingTable) {
  const urls = all.map((outcome) => urlValue(rule, outcome[rule.of] ?? table.origin));
  const [first = ""] = urls;
  const others = urls.flatMap((url, number) => (url === first ? [] : [`        ${number} ${url};`]));
  if (others.length === 0) return { map: "", value: first };
  const url = urlVariable(name);
  const map = `    map $outcome ${url} {\n        default ${first};\n${others.join("\n")}\n    }\n`;
  return { map, value: url };
}

function headerLines(headers: Answer["headers"]): string[] {
  return Object.entries(headers)
    .filter(([header]) => header !== "Content-Type" && header !== "Location")
    .map(([header, value]) => `            add_header ${header} ${nginxText(value, "line", header)} always;`);
}

function locationBlock(name: string, lines: readonly string[]): string {
  return `        location = /${name} {\n${lines.join("\n")}\n        }\n`;
}

function redirectBlock(name: string, url: string, { content }: RoutingTable, headers: Answer["headers"]): string {
  return locationBlock(name, [...headerLines(headers), `            return ${content.status} ${url};`]);
}

function fixedBlock(name: string, { answer: fixed, page }: AnswerRule, table: RoutingTable): string {
  if (fixed === undefined) {
    const which = page ?? "info";
    const url = nginxText(table.content.pages[which], "line", `project.${which}`);
    return redirectBlock(name, url, table, redirectHeaders("page", false));
  }
  const { status, headers, body } = fixed;
  const type = `            default_type ${nginxText(headers["Content-Type"] ?? "text/plain", "name", "Content-Type")};`;
  const text = nginxText(body, "body", name);
  return locationBlock(name, [type, ...headerLines(headers), `            return ${status} ${text};`]);
}

/** An address as `clientAddress` finds it in a text, with what may stand beside it. */
const addressForms = [
  `(?<client_address>${ipv4Pattern})(?::[0-9]{1,5})?`,
  `(?<client_address>${ipv6Pattern})(?:%[A-Za-z0-9_.~-]{1,50})?`,
  `\\[(?<client_address>${ipv4Pattern}|${ipv6Pattern})(?:%[A-Za-z0-9_.~-]{1,50})?\\](?::[0-9]{1,5})?`,
];

function headerVariable(name: string): string {
  return `$http_${name.replaceAll("-", "_")}`;
}

/** The variable that an address is read from, and the regular expressions that find it there. */
function addressSource(rule: ClientAddressRule): { readonly source: string; readonly patterns: readonly string[] } {
  const blank = "[ \\t]*";
  switch (rule.from) {
    case "socket":
      return { source: "", patterns: [] };
    case "forwarded": {
      const behind = rule.position === 1 ? "" : `(?:,[^,]*){${rule.position - 1}}`;
      const patterns = addressForms.map((form) => `(?:^|,)${blank}${form}${blank}${behind}$`);
      return { source: "$http_x_forwarded_for", patterns };
    }
    case "header":
      return {
        source: headerVariable(rule.name),
        patterns: addressForms.map((form) => `^${blank}${form}${blank}$`),
      };
    case "cloudfront":
      return {
        source: "$http_cloudfront_viewer_address",
        patterns: [`^(?<client_address>${ipv4Pattern}|${ipv6Pattern}):[0-9]{1,5}$`],
      };
    case "azure-front-door":
      return {
        source: '"$http_x_azure_fdid $http_x_azure_socketip"',
        patterns: addressForms.map((form) => `^(?i:${rule.id})${blank}${form}${blank}$`),
      };
  }
}

function addressText(rule: ClientAddressRule): string {
  if (rule.from === "socket") return "";
  const { source, patterns } = addressSource(rule);
  const lines = patterns.map((pattern) => `        ${regex(pattern)} $client_address;`);
  return `    map ${source} $client {\n        default "";\n${lines.join("\n")}\n    }\n`;
}

function networksText({ prefixes }: Outcomes, rule: ClientAddressRule): string {
  const lines = withCarried(prefixes, ["6to4", "nat64"]).map(
    ({ cidr, label }) => `        ${formatCidr(cidr)} ${label};`,
  );
  const client = rule.from === "socket" ? "" : "$client ";
  // nginx looks for 255.255.255.255 where the text is no address (ngx_http_geo_module: INADDR_NONE), and takes no prefix
  // of it alone.
  const none = "        255.255.255.254/31 0;";
  return `    geo ${client}$outcome {\n        default 0;\n${[...lines, none].join("\n")}\n    }\n`;
}

const start =
  'nginx -p "$PWD" -c "$PWD/nginx.conf"   (the pid file and temporary folders are below the folder given by -p)';

/** Where nginx needs a folder of its own, below the one named by `-p`. */
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `    ${name}_temp_path temporary-${name.replaceAll("_", "-")};`)
  .join("\n");

/**
 * An nginx configuration, complete, that decides as the redirector does where no mirror is asked: `geo` makes outcomes
 * of addresses, `map` makes names of requests and URLs of outcomes, `return` answers. For nginx 1.21 and later.
 *
 * @throws NotExportable where the table says what nginx cannot
 */
export function nginxConfiguration(options: ExportOptions): Exported {
  const { table, clientAddress, listen } = options;
  const outcomes = outcomesOf(table, options.today);
  const sites = sitesOf(table);
  const answers = new Answers();
  const siteMaps = [...sites, otherHosts()].map((site) => siteMap(site, answers));
  for (const rule of [...noPlaceRules, ...unreadable]) answers.nameOf(rule);
  const content = [...answers.content].map(([name, rule]) => ({ name, rule, ...urlOf(name, rule, outcomes, table) }));
  const blocks = [
    ...content.map(({ name, rule, value }) =>
      redirectBlock(name, value, table, redirectHeaders(rule.of, isPersonal(table, rule.of))),
    ),
    ...[...answers.fixed].map(([name, rule]) => fixedBlock(name, rule, table)),
  ];
  const text = `${headComment("nginx", start, options, outcomes)}
worker_processes auto;
pcre_jit on;
pid nginx.pid;
# What goes wrong is told with the client's address: only what stops nginx is.
error_log stderr crit;

events {
    worker_connections 4096;
}

http {
${temporary}
    access_log off;
    server_tokens off;
    types { }
    map_hash_max_size 16384;
    map_hash_bucket_size 512;
    # As much as the redirector's own server takes.
    large_client_header_buffers 4 16k;
    client_header_timeout 10s;
    client_body_timeout 10s;
    send_timeout 10s;
    keepalive_requests 10000;
    client_max_body_size 0;

    # The request line without a host in it, which is $host then.
    map $request $pathed_line {
        default $request;
        ${regex(`^(?<line_method>[^ ]+) ${schemePattern}${hostPattern}(?<line_rest>/.*)$`)} "$line_method $line_rest";
        ${regex(`^(?<line_method>[^ ]+) ${schemePattern}${hostPattern}(?<line_rest>[? ].*)$`)} "$line_method /$line_rest";
    }
    # The same without dot segments and repeated slashes.
${tidyText()}
    # What a request asks for, by the name of a location: first by the host's rules, then by the host.
${siteMaps.join("\n")}
${sitesText(sites)}
    # What is answered where nginx itself refuses a request.
${refusedText(answers)}
    # A dollar sign, which begins a variable everywhere else.
${dollarBlock}
    # The query without what no mirror gets, and the same behind a URL that has one.
${queryText()}    map $passed_query $passed_more {
        default "";
        "~^\\?(?<asked_parameters>.*)$" "&$asked_parameters";
    }

    # The client's address, or an empty text.
${addressText(clientAddress)}
    # Where the client is: clients of one number are sent to the same mirrors.
${networksText(outcomes, clientAddress)}
    # Where each number is sent.
${content.map(({ map }) => map).join("")}
    server {
        listen ${listen.host}:${listen.port} default_server;
        # Dots are removed before slashes are merged.
        merge_slashes off;
        # Nobody has a path below /-/: a client that asks for this one is refused, too.
        error_page 400 414 494 = //-/refused;
        rewrite ^(?!//-/refused$) /$asked last;
        location = //-/refused {
            rewrite ^ /$refused last;
        }

${blocks.join("\n")}    }
}
`;
  return { text, leftOut: outcomes.leftOut };
}
