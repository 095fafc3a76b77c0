import { writeFileSync } from "node:fs";
import { formatCount } from "../document/format-count";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import type { RoutingTable } from "../routing/routing-table";
import { printMessage } from "./print-message";

/** Describes a routing table, with its issue date: redirectors refuse a table that is older than theirs. */
export function describeTable({ content }: RoutingTable, bytes: number): string {
  const kibibytes = Math.round(bytes / 1024).toLocaleString("en");
  const issued =
    Date.parse(content.issued) > 0
      ? `issued ${content.issued}`
      : "without a date, because neither git nor SOURCE_DATE_EPOCH has one: redirectors that have a dated table refuse it";
  return `${formatCount(content.mirrors.length, "mirror")}, ${formatCount(content.networks.length, "network")}, ${kibibytes} KiB, ${issued}`;
}

/**
 * `table`: writes the compiled routing table to a file.
 *
 * @throws UnusableProject if the inventory is invalid
 */
export function tableCommand(options: ProjectOptions & { readonly out: string }): void {
  const { table, bytes } = compileTable(loadProject(options));
  writeFileSync(options.out, bytes);
  printMessage(`${options.out}: ${describeTable(table, bytes.length)}`);
}
