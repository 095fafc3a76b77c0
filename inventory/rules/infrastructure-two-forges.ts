import type { Rule } from "../rule";

/** One CI applies the stacks. */
export const infrastructureTwoForges: Rule = {
  id: "infrastructure/two-forges",
  severity: "error",
  reason: "Only one place reviews mirrors.yaml. A second one that may apply would be a way around its reviews.",
  *check({ infrastructure }) {
    const { github, gitlab } = infrastructure?.["runs-in"] ?? {};
    if (github === undefined || gitlab === undefined) return;
    const message = "the stacks are applied by GitHub or by GitLab, not by both";
    yield {
      path: ["infrastructure", "runs-in", "gitlab"],
      target: "key",
      message,
      fix: "Remove one of the two.",
    };
  },
};
