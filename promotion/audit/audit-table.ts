import { formatCount } from "../../document/format-count";
import type { AuditReport, TargetAudit } from "./audit-report";

/** The columns of the matrix: one row for each store of each mirror. */
export const auditColumns = [
  "provider",
  "store",
  "artifacts",
  "there",
  "missing",
  "other bytes",
  "unexpected",
  "unread",
  "read and hashed",
] as const;

/** A row of the matrix. @param bytes that were read, as text */
export function rowOf(audit: TargetAudit, bytes: string): (string | number)[] {
  const { target, artifacts, there, missing, other, unexpected, unread, read } = audit;
  const slash = target.indexOf("/");
  const hashed = `${read.objects} (${bytes})`;
  return [
    target.slice(0, slash),
    `${target.slice(slash + 1)}${audit.isOrigin ? " (origin)" : ""}`,
    artifacts,
    there,
    missing,
    other,
    unexpected ?? "not listed",
    unread,
    hashed,
  ];
}

/** The result in one sentence, without a period. */
export function describeAudit({ findings, isClean, pending, sample, seed, targets }: AuditReport): string {
  const waiting = pending > 0 ? `; ${formatCount(pending, "artifact")} not promoted yet` : "";
  const chosen = sample === "all" || sample === 0 ? "" : `; ${sample} objects of each store chosen with seed ${seed}`;
  const what = isClean
    ? findings.length === 0
      ? `${formatCount(targets.length, "store")} hold what was promoted, and nothing else`
      : "nothing is wrong; donors have not copied everything yet"
    : formatCount(findings.length, "finding");
  return `${what}${waiting}${chosen}`;
}
