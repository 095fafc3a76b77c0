import { longestName } from "../../routing/asked";
import { hostPattern } from "../../routing/requested-place";
import { withNames } from "../grammar/portable-pattern";
import { queryPattern } from "../grammar/request-patterns";
import { isContentRule, type Rule } from "../grammar/rule";
import { otherHosts, type Site } from "../site";
import type { AnswerNames } from "./answer-names";
import { nginxRegex } from "./nginx-regex";
import { nginxText } from "./nginx-text";

/** A rule as a regular expression for `$asked_line`, the request line with a plain path. */
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
  // These end with a fixed terminator, so possessive repetition loses nothing: see `Change`.
  if (rule.not) return `^(?:GET|HEAD) ${oci}(?!(?:${pattern.replaceAll(")*", ")*+")})${end})`;
  return `^(?:GET|HEAD) ${oci}(?:${pattern})${end}`;
}

/** The map from requests to locations by the rules of one site. */
export function siteMap({ id, rules }: Site, answers: AnswerNames): string {
  const lines = rules.map((rule) => `        ${nginxRegex(requestPattern(rule))} ${answers.nameOf(rule)};`);
  return `    map $asked_line $asked_of_${id} {\n        default malformed;\n${lines.join("\n")}\n    }\n`;
}

/**
 * The same for most requests, in one step: short ones without a host in the request line, by rules that need no tidied path.
 * Empty if a site has no such rules.
 */
export function shortMap({ id, rules }: Site, answers: AnswerNames): string {
  const exact = rules.filter(({ isExact }) => isExact);
  if (exact.length === 0) return "";
  const lines = exact.map((rule) => `        ${nginxRegex(requestPattern(rule))} ${answers.nameOf(rule)};\n`);
  // In a shorter line, neither a name nor the target can be too long.
  const long = `        "~.{${longestName + 1}}" $asked_of_host;\n`;
  return `    map $request $shortly_asked_of_${id} {\n        default $asked_of_host;\n${long}${lines.join("")}    }\n`;
}

function hostLines(sites: readonly Site[], variable: (site: Site) => string): string {
  return sites
    .flatMap((site) =>
      site.hosts.map((name) => `        ${nginxText(name, "name", `hosts.${name}`)} ${variable(site)};`),
    )
    .join("\n");
}

/** The map from hosts to sites. */
export function hostMaps(sites: readonly Site[]): string {
  const hasExactRules = ({ rules }: Site) => rules.some(({ isExact }) => isExact);
  return `    map $host $asked_of_host {
        default $asked_of_${otherHosts().id};
${hostLines(sites, ({ id }) => `$asked_of_${id}`)}
    }
    # Several Host headers, and one that names no host, are refused for every request.
    map $http_host $asked {
        default $no_place;
${hostLines(sites, (site) => (hasExactRules(site) ? `$shortly_asked_of_${site.id}` : "$asked_of_host"))}
        ${nginxRegex(`^${hostPattern}$`)} $asked_of_host;
    }
    map $asked_line $no_place {
        default no-place;
        "~^[^ ]+ /v2[/? ]" no-place-oci;
    }
`;
}

/**
 * The answers to requests that nginx itself refuses: always our refusal, never what the request would otherwise have got,
 * since nginx may have stopped in the middle of its headers.
 */
export function refusedMaps(answers: AnswerNames): string {
  const refusals = [...answers.fixed].flatMap(([name, rule]) =>
    "answer" in rule && rule.answer.status === 400 ? [name] : [],
  );
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
