import type { Rule } from "../rule";

/** GitHub's tokens name a branch or an environment. */
export const promotionBranchAndEnvironment: Rule = {
  id: "promotion/branch-and-environment",
  severity: "error",
  reason:
    "The subject of a workflow's token names the environment if it has one, and otherwise the branch, never both (https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims): limit the environment to the branch at GitHub.",
  *check({ promotion }) {
    const github = promotion?.["runs-in"]?.github;
    if (github === undefined || !("branch" in github) || !("environment" in github)) return;
    const message = "with an environment, the branch is not checked";
    const path = ["promotion", "runs-in", "github", "branch"];
    yield { path, target: "key", message, fix: "Remove branch, and limit the environment to it at GitHub." };
  },
};
