import { longestTarget } from "../../routing/asked";
import { hostPattern, schemePattern } from "../../routing/requested-place";
import { dot, droppedParameter, untidyPath } from "../grammar/request-patterns";
import { nginxRegex } from "./nginx-regex";

/**
 * An expression, and its replacement for a text that matches. Groups repeat without backtracking (`*+`): PCRE keeps
 * backtracking points on a stack of 32 KB, and if that overflows, nginx logs the request with the client's address.
 */
type Change = readonly [pattern: string, result: string];

/**
 * Maps that change a text one after another, at most a given number of times; only texts that need it, since each map takes
 * time.
 *
 * @param name the variable of the result
 * @param needed matches the texts that need changes
 */
function repeatedly(source: string, name: string, needed: string, times: number, changes: readonly Change[]): string {
  const lines = changes.map(([pattern, result]) => `        ${nginxRegex(pattern)} "${result}";\n`).join("");
  const steps = Array.from({ length: times }, (_, step) => {
    const from = step === 0 ? source : `$${name}_${step}`;
    return `    map ${from} $${name}_${step + 1} {\n        default ${from};\n${lines}    }\n`;
  });
  const last = `    map ${source} $${name} {\n        default ${source};\n        ${nginxRegex(needed)} $${name}_${times};\n    }\n`;
  return steps.join("") + last;
}

/** How many dot segments and repeated slashes are removed; paths with more are refused. */
const mostUntidy = 10;

/** The request line without them: dots first (RFC 3986, section 5.2.4), then slashes, as in `routing/plain-path.ts`. */
export function tidyMaps(): string {
  const name = `(?!${dot}{1,2}[/? ])[^/? ]*+`;
  const names = `(?<asked_before>[^ ]+ (?:/${name})*+)`;
  const namesButOne = `(?<asked_before>[^ ]+ (?:/${name}(?=/${name}))*+)`;
  // Only whole segments: the next one may be a name that begins with a dot.
  const dots = `(?:/${dot}(?=[/? ]))++`;
  const changes: Change[] = [
    [`^${names}${dots}(?<asked_after>/.*)$`, "$asked_before$asked_after"],
    [`^${names}${dots}(?<asked_after>[? ].*)$`, "$asked_before/$asked_after"],
    [`^${namesButOne}/${name}/${dot}{2}(?<asked_after>/.*)$`, "$asked_before$asked_after"],
    [`^${namesButOne}/${name}/${dot}{2}(?<asked_after>[? ].*)$`, "$asked_before/$asked_after"],
    ["^(?<asked_before>[^ ]+ (?:/[^/? ]++)*+)/{2,}(?<asked_after>.*)$", "$asked_before/$asked_after"],
  ];
  // Overlong request lines are refused unchanged.
  const needed = `^[^ ]+ (?=[!-~]{1,${longestTarget}} )(?:${untidyPath})[? ]`;
  return repeatedly("$pathed_line", "asked_line", needed, mostUntidy, changes);
}

/** How many parameters are removed; any more are passed on. */
const mostDropped = 4;

/** The query that mirrors get, as in `routing/passed-query.ts`. */
export function queryMaps(): string {
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

/** The request line without its host, which is then in `$host`. */
export function pathedLineMap(): string {
  const lines = [
    [`^(?<line_method>[^ ]+) ${schemePattern}${hostPattern}(?<line_rest>/.*)$`, "$line_method $line_rest"],
    [`^(?<line_method>[^ ]+) ${schemePattern}${hostPattern}(?<line_rest>[? ].*)$`, "$line_method /$line_rest"],
  ].map(([pattern = "", result]) => `        ${nginxRegex(pattern)} "${result}";\n`);
  return `    map $request $pathed_line {\n        default $request;\n${lines.join("")}    }\n`;
}
