import type { AuditContent } from "../../overlay/overlay-content";
import type { AuditReport } from "./audit-report";

/** The figures of an audit, for redirectors. No name of an object is in them. */
export function summarizeAudit({ started, isClean, targets }: AuditReport): AuditContent {
  return {
    at: started,
    isClean,
    stores: targets.map(({ target, there, missing, other, unexpected }) => {
      return { store: target, there, missing, other, ...(unexpected !== undefined && { unexpected }) };
    }),
  };
}
