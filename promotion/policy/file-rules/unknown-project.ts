import { findNearest } from "../../../document/find-nearest";
import { suggestWord } from "../../../document/suggest-word";
import type { PolicyFileRule } from "../policy-file-rule";

/** The keys of `projects` are projects. */
export const unknownProject: PolicyFileRule = {
  id: "policy-file/unknown-project",
  severity: "error",
  reason: "Rules under a misspelt name hold for no project, and the project that was meant has only the defaults.",
  *check({ projects = {} }, { projects: known }) {
    if (!known) return;
    for (const project of Object.keys(projects)) {
      if (known.has(project)) continue;
      const message = `${project} is not a project${suggestWord(findNearest(project, known))}`;
      const fix = "Write a project of promotion.projects in the inventory, or of the manifests.";
      yield { path: ["projects", project], target: "key", message, fix };
    }
  },
};
