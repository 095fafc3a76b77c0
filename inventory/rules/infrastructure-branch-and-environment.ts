import type { Rule } from "../rule";

/** GitHub's tokens name a branch or an environment. */
export const infrastructureBranchAndEnvironment: Rule = {
  id: "infrastructure/branch-and-environment",
  severity: "error",
  reason:
    "The subject of a workflow's token names the environment if it has one, and otherwise the branch, never both (https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims): limit the environment to the branch at GitHub.",
  *check({ infrastructure }) {
    const github = infrastructure?.["runs-in"]?.github;
    if (github === undefined || !("branch" in github) || !("environment" in github)) return;
    const message = "with an environment, the branch is not checked";
    const path = ["infrastructure", "runs-in", "github", "branch"];
    yield { path, target: "key", message, fix: "Remove branch, and limit the environment to it at GitHub." };
  },
};
