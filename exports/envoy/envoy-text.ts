import { requireOneLine } from "../require-one-line";

/**
 * Where a text is used:
 *
 * - `header`: where Envoy replaces command operators, such as `%REQ(…)%`;
 * - `rewrite`: where RE2 replaces captures, such as `\1`;
 * - `plain`: where Envoy takes the text literally.
 */
export type EnvoyPlace = "header" | "rewrite" | "plain";

/**
 * A string of Envoy's configuration that Envoy reads as exactly this text; the YAML puts all of them in double quotes. Every
 * text of the inventory passes through here.
 *
 * @param entry where the text is in the inventory
 * @throws NotExportable if Envoy's configuration cannot express that text
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
