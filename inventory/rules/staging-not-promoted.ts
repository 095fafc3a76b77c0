import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** What is staged can be promoted. */
export const stagingNotPromoted: Rule = {
  id: "staging/not-promoted",
  severity: "warning",
  reason: "A project without approvers cannot be promoted, so its staging area has no use.",
  *check(draft) {
    const { promotion } = draft;
    if (promotion === undefined && "promotion" in draft) return;
    const projects = promotion?.projects;
    if (projects === undefined && promotion !== undefined && "projects" in promotion) return;
    for (const { project, path } of stagingAreasOf(draft)) {
      if (projects !== undefined && project in projects) continue;
      const fix = `Add it to promotion.projects: ${project}: { approvers: [alice] }`;
      yield { path, target: "key", message: `${project} is staged and never promoted`, fix };
    }
  },
};
