import { printable } from "../../document/printable";

/** Text as code in Markdown, also in a table: it formats nothing, and mentions nobody. */
export function formatCode(text: string): string {
  return `\`${printable(text).replace(/`/g, "'").replace(/[|\\]/g, "?") || "-"}\``;
}
