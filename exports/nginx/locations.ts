import type { Answer } from "../../routing/answer";
import type { RoutingTable, TableMirror } from "../../routing/routing-table";
import { fixedAnswer } from "../fixed-answer";
import type { AnswerRule, ContentRule, PageRule } from "../grammar/rule";
import { mirrorEntry } from "../not-exportable";
import { contentHeaders, mirrorsOf, type Outcomes } from "../outcomes";
import { urlParts } from "../url-parts";
import type { AnswerNames } from "./answer-names";
import { nginxText } from "./nginx-text";

/** The locations that answer, and the maps of their redirect URLs. */
export interface Locations {
  readonly maps: string;
  readonly blocks: string;
}

/** The locations of all answers. */
export function locationsOf({ content, fixed }: AnswerNames, outcomes: Outcomes, table: RoutingTable): Locations {
  const redirects = [...content].map(([name, rule]) => ({ name, rule, ...urlOf(name, rule, outcomes, table) }));
  const blocks = [
    ...redirects.map(({ name, rule, value }) =>
      redirectBlock(name, value, table.content.status, contentHeaders(table, rule.of)),
    ),
    ...[...fixed].map(([name, rule]) => fixedBlock(name, rule, table)),
  ];
  return { maps: redirects.map(({ map }) => map).join(""), blocks: blocks.join("\n") };
}

/** The redirect target by outcome: a map if targets differ, and the value used in the redirect. */
function urlOf(name: string, rule: ContentRule, outcomes: Outcomes, table: RoutingTable) {
  const urls = mirrorsOf(outcomes, table, rule.of).map((mirror) => urlValue(rule, mirror));
  const [first = ""] = urls;
  const others = urls.flatMap((url, number) => (url === first ? [] : [`        ${number} ${url};`]));
  if (others.length === 0) return { map: "", value: first };
  const url = `$url_of_${name.replaceAll("-", "_")}`;
  const map = `    map $outcome ${url} {\n        default ${first};\n${others.join("\n")}\n    }\n`;
  return { map, value: url };
}

/** A URL with nginx's variables for captures. */
function urlValue(rule: ContentRule, mirror: TableMirror): string {
  const parts = urlParts(rule, mirror);
  const hasQuery = parts.some((part) => typeof part === "string" && part.includes("?"));
  const url = parts.map((part) => (typeof part === "string" ? part : { variable: `asked_${part.capture}` }));
  return nginxText([...url, { variable: hasQuery ? "passed_more" : "passed_query" }], "line", mirrorEntry(mirror.id));
}

function redirectBlock(name: string, url: string, status: number, headers: Answer["headers"]): string {
  return locationBlock(name, [...headerLines(headers), `            return ${status} ${url};`]);
}

function fixedBlock(name: string, rule: PageRule | AnswerRule, table: RoutingTable): string {
  const { answer, entry } = fixedAnswer(rule, table);
  const { status, headers, body } = answer;
  const { Location: location, "Content-Type": type = "text/plain" } = headers;
  if (location !== undefined) return redirectBlock(name, nginxText(location, "line", entry), status, headers);
  const typeLine = `            default_type ${nginxText(type, "name", "Content-Type")};`;
  const text = nginxText(body, "body", name);
  return locationBlock(name, [typeLine, ...headerLines(headers), `            return ${status} ${text};`]);
}

function headerLines(headers: Answer["headers"]): string[] {
  return Object.entries(headers)
    .filter(([header]) => header !== "Content-Type" && header !== "Location")
    .map(([header, value]) => `            add_header ${header} ${nginxText(value, "line", header)} always;`);
}

function locationBlock(name: string, lines: readonly string[]): string {
  return `        location = /${name} {\n${lines.join("\n")}\n        }\n`;
}
