import { formatCount } from "../../document/format-count";
import { printable } from "../../document/printable";
import type { AuditReport } from "../../promotion/audit/audit-report";
import { auditColumns, describeAudit, rowOf } from "../../promotion/audit/audit-table";
import { formatBytes } from "../../promotion/plan/format-bytes";
import { formatTable } from "../text-table";

/** Findings that are listed; the JSON has all. */
const mostListed = 100;

/** A report as text: the matrix, and the first findings. */
export function formatAuditText(report: AuditReport): string {
  const { targets, findings } = report;
  const rows = targets.map((each) => rowOf(each, formatBytes(each.read.bytes)));
  const listed = findings
    .slice(0, mostListed)
    .map(({ target, state, name, message }) => `${printable(`${state} at ${target}: ${name}: ${message}`)}\n`);
  const rest = findings.length - listed.length;
  return [
    rows.length > 0 ? formatTable(auditColumns, rows) : "",
    listed.length > 0 ? `\n${listed.join("")}` : "",
    rest > 0 ? `${formatCount(rest, "finding")} more; --json has all\n` : "",
    `\n${printable(describeAudit(report))}\n`,
  ].join("");
}
