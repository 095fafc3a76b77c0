import { printable } from "../document/printable";
import { differencesOf } from "./differences";
import type { ExportOptions } from "./export-options";
import type { Outcomes } from "./outcomes";

/**
 * The beginning of a configuration: where it comes from, how to start its program, and what it cannot do. Each line is a
 * comment, whatever it contains.
 *
 * @param start how to start the program
 */
export function headComment(
  program: "nginx" | "envoy",
  start: string,
  { table, today }: ExportOptions,
  { leftOut }: Outcomes,
): string {
  const lines = [
    `Redirects as mirrorform's redirector does. Made by \`mirrorform export ${program}\`: change the inventory, not this file.`,
    `Table of ${table.content.issued}, SHA-256 ${table.checksum}; credits as of ${today}.`,
    `Start: ${start}`,
    "",
    "Where answers differ from those of the redirector's own code:",
    ...differencesOf(program),
    ...(leftOut.length > 0 ? ["", "Left out, because they may hold less than the origin:"] : []),
    ...leftOut.map(({ id }) => `- ${id}`),
  ];
  return lines.map((line) => `# ${printable(line)}`.trimEnd()).join("\n");
}
