import { formatCount } from "../../document/format-count";
import { formatBytes } from "../plan/format-bytes";
import { formatCode } from "../run/format-code";
import type { AuditReport } from "./audit-report";
import { auditColumns, describeAudit, rowOf } from "./audit-table";

/** Findings that are listed; the JSON has all. */
const mostListed = 100;

/** A report as Markdown, for the summary of a job. Names that strangers gave to objects have no effect on it. */
export function formatAuditMarkdown(report: AuditReport): string {
  const { targets, findings } = report;
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const listed = findings.slice(0, mostListed).map(({ target, state, name, message }) => {
    return line([formatCode(target), state, formatCode(name), formatCode(message)]);
  });
  const rest = findings.length - listed.length;
  return [
    "### Audit",
    "",
    `${describeAudit(report)}.`,
    "",
    line(auditColumns),
    line(auditColumns.map(() => "---")),
    ...targets.map((each) => line(rowOf(each, formatBytes(each.read.bytes)))),
    ...(listed.length > 0
      ? ["", line(["target", "", "object", ""]), line(["---", "---", "---", "---"]), ...listed]
      : []),
    ...(rest > 0 ? ["", `${formatCount(rest, "finding")} more; the JSON report has all.`] : []),
    "",
  ].join("\n");
}
