import { NotExportable } from "../not-exportable";
import { requireOneLine } from "../require-one-line";

/** A variable in a string, which nginx replaces: its name without the dollar sign. */
export interface NginxVariable {
  readonly variable: string;
}

/**
 * Where a text is used:
 *
 * - `line`: where nginx replaces variables, and the text becomes a response header line (a URL, a header);
 * - `body`: where nginx replaces variables, and the text may have several lines;
 * - `name`: where nginx reads the text literally.
 */
export type NginxPlace = "line" | "body" | "name";

/**
 * The variable that holds a dollar sign, which nginx cannot escape: values of `geo` are literal
 * (https://nginx.org/en/docs/http/ngx_http_geo_module.html).
 */
export const dollarBlock = '    geo $dollar {\n        default "$";\n    }\n';
const dollar: NginxVariable = { variable: "dollar" };

/** Longest argument that nginx reads, in bytes (`NGX_CONF_BUFFER` of its `ngx_conf_file.c`), with its quotes. */
const longestArgument = 4096;

/** The escapes of nginx's parser (`ngx_conf_read_token`) used here. */
const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n" };

function escapeText(text: string): string {
  return text.replace(/["\\\n]/g, (character) => escapes[character] ?? character);
}

/** `$` as a variable, where variables are replaced. */
function withDollars(text: string, place: NginxPlace): (string | NginxVariable)[] {
  if (place === "name") return [text];
  return text.split("$").flatMap((part, index) => (index === 0 ? [part] : [dollar, part]));
}

/**
 * A text as one argument of an nginx directive, in double quotes: nginx reads it as exactly this text. Every string in a
 * configuration that is not a literal in this folder's code passes through here.
 *
 * @param text the string, or its parts if some of them are variables
 * @param entry where the text is in the inventory
 * @throws NotExportable if nginx's configuration cannot express that text
 */
export function nginxText(
  text: string | readonly (string | NginxVariable)[],
  place: NginxPlace,
  entry: string,
): string {
  const parts = [text].flat().flatMap((part) => (typeof part === "string" ? withDollars(part, place) : [part]));
  const literal = parts.filter((part) => typeof part === "string").join("");
  requireOneLine(place === "body" ? literal.replaceAll("\n", "") : literal, entry);
  const quoted = `"${parts.map((part) => (typeof part === "string" ? escapeText(part) : `\${${part.variable}}`)).join("")}"`;
  if (Buffer.byteLength(quoted) > longestArgument) {
    const problem = `it is longer than nginx's limit of ${longestArgument} bytes`;
    throw new NotExportable([{ entry, problem, fix: "Shorten it." }]);
  }
  return quoted;
}
