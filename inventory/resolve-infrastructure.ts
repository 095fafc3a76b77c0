import type { z } from "zod";
import type { Pipeline } from "./inventory";
import { omitUndefined } from "./omit-undefined";
import { githubSubject } from "./resolve-promotion";
import type { infrastructure } from "./schema/infrastructure";

type Written = z.infer<typeof infrastructure>;

/** Resolves `infrastructure`: the CI that plans and applies the stacks. None: people do. */
export function resolvePipeline(written: Written | undefined): Pipeline | undefined {
  const { github, gitlab } = written?.["runs-in"] ?? {};
  if (github !== undefined) return resolveGithub(github);
  return gitlab && resolveGitlab(gitlab);
}

/** `https://docs.github.com/en/actions/reference/security/oidc`: issuer and subjects. */
function resolveGithub(github: NonNullable<Written["runs-in"]["github"]>): Pipeline {
  const { repository } = github;
  return omitUndefined<Pipeline>({
    forge: "github",
    issuer: "https://token.actions.githubusercontent.com",
    repository,
    branch: github.environment === undefined ? github.branch : undefined,
    subject: githubSubject(github),
    planSubject: github.plans ? `repo:${repository}:pull_request` : undefined,
  });
}

/**
 * The subject of GitLab's tokens names the project and the branch; for merge requests, their source branch, which can have any name
 * (`https://docs.gitlab.com/ci/secrets/id_token_authentication/`).
 */
function resolveGitlab({ project, server, branch, plans }: NonNullable<Written["runs-in"]["gitlab"]>): Pipeline {
  const branches = `project_path:${project}:ref_type:branch:ref:`;
  return omitUndefined<Pipeline>({
    forge: "gitlab",
    issuer: server,
    repository: project,
    branch,
    subject: `${branches}${branch}`,
    planSubject: plans ? `${branches}*` : undefined,
  });
}
