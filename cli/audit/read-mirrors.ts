import { type Audit, type AuditOptions, auditMirrors } from "../../promotion/audit/audit-mirrors";
import type { LoadedPromotion } from "../promote/load-promotion";
import type { OpenedAudit } from "./opened-audit";

/** Reads all mirrors, and compares them with what was promoted. @throws the reason of the signal */
export function readMirrors(
  { reading: { promoted }, placement, inventory }: LoadedPromotion,
  opened: OpenedAudit,
  more: Pick<AuditOptions, "ledger" | "sample" | "seed" | "signal">,
): Promise<Audit> {
  const projects = new Set([...promoted.projects, ...inventory.promotion.projects.map(({ key }) => key)]);
  for (const { project } of more.ledger?.files ?? []) projects.add(project);
  return auditMirrors({
    ...opened,
    ...more,
    promoted,
    folders: Array.from(projects, (project) => placement.filesAt(project)),
    now: Date.now,
  });
}
