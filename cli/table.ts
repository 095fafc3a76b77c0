import { writeFileSync } from "node:fs";
import { counted } from "../document/counted";
import { printable } from "../document/printable";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import type { RoutingTable } from "../routing/routing-table";

/** What a routing table holds, in words, and its place in time: by that redirectors refuse one that is older than theirs. */
export function describeTable({ content }: RoutingTable, bytes: number): string {
  const kibibytes = Math.round(bytes / 1024).toLocaleString("en");
  const issued =
    Date.parse(content.issued) > 0
      ? `of ${content.issued}`
      : "of no known date, since neither git nor SOURCE_DATE_EPOCH tells one: redirectors that have a table with a date refuse it";
  return `${counted(content.mirrors.length, "mirror")}, ${counted(content.networks.length, "network")}, ${kibibytes} KiB, ${issued}`;
}

/**
 * `table`: the compiled routing table, as a file.
 *
 * @throws Failure where the inventory is wrong
 */
export function tableCommand(options: ProjectOptions & { readonly out: string }): void {
  const { table, bytes } = compileTable(loadProject(options));
  writeFileSync(options.out, bytes);
  process.stderr.write(`${printable(`${options.out}: ${describeTable(table, bytes.length)}`)}\n`);
}
