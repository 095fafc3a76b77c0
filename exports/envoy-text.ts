import { requireOneLine } from "./require-one-line";

/**
 * Where a text stands:
 *
 * - `header`: where Envoy replaces command operators, as `%REQ(…)%`;
 * - `rewrite`: where RE2 replaces captures, as `\1`;
 * - `plain`: where Envoy takes the text as it is.
 */
export type EnvoyPlace = "header" | "rewrite" | "plain";

/**
 * A text as a string of Envoy's configuration, which Envoy takes for exactly this text: in YAML all of them stand between
 * double quotes. Every text of the inventory passes through here.
 *
 * @param entry where the text is in the inventory
 * @throws NotExportable where Envoy cannot be told that text
 */
export function envoyText(text: string, place: EnvoyPlace, entry: string): string {
  requireOneLine(text, entry);
  switch (place) {
    case "header":
      return text.replaceAll("%", "%%");
    case "rewrite":
      return text.replaceAll("\\", "\\\\");
    case "plain":
      return text;
  }
}
