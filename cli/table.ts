import { writeFileSync } from "node:fs";
import type { RoutingTable } from "../routing/routing-table";
import { loadProject, loadTable, type ProjectOptions } from "./load-project";

/** What a routing table holds, in words. */
export function describeTable({ content }: RoutingTable, bytes: number): string {
  const kibibytes = Math.round(bytes / 1024).toLocaleString("en");
  return `${content.mirrors.length} mirrors, ${content.networks.length} networks, ${kibibytes} KiB`;
}

/**
 * `table`: the compiled routing table, as a file.
 *
 * @throws Failure where the inventory is wrong
 */
export function tableCommand(options: ProjectOptions & { readonly out: string }): void {
  const { table, bytes } = loadTable(loadProject(options));
  writeFileSync(options.out, bytes);
  process.stderr.write(`${options.out}: ${describeTable(table, bytes.length)}\n`);
}
