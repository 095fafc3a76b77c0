/** The workflow of a GitHub repository that may act as the promoter, or as the planner. */
export interface GithubTrust {
  /** `owner/name`, or `owner@id/name@id` for repositories whose tokens have ids. */
  readonly repository: string;
  /** The whole `sub` claim of its tokens: the repository, and the branch or the environment of the job, or that it is a pull request's. */
  readonly subject: string;
}

/** The issuer of the tokens of GitHub Actions (GitHub, "OpenID Connect reference"). */
export const githubIssuer = "https://token.actions.githubusercontent.com";

/**
 * The events that may start a promotion. `pull_request_target` also has the ref of the base branch, but runs for changes that nobody
 * has merged.
 */
export const promotionEvents = ["push", "schedule", "workflow_dispatch"];

/** The event whose runs may only plan. For pull requests from forks GitHub issues no token (GitHub, "GITHUB_TOKEN": permissions). */
export const planEvents = ["pull_request"];

/**
 * The condition on tokens for Google's identity provider, in CEL: subject, repository and event. The repository is checked by itself,
 * because its administrators may change the form of the subject.
 */
export function githubCondition({ repository, subject }: GithubTrust, trustedEvents: readonly string[]): string {
  const [owner = "", name = ""] = repository.split("/");
  const [ownerName, ownerId] = owner.split("@");
  const [repositoryName, repositoryId] = name.split("@");
  const claims: readonly (readonly [string, string | undefined])[] = [
    ["sub", subject],
    ["repository", `${ownerName}/${repositoryName}`],
    ["repository_owner_id", ownerId],
    ["repository_id", repositoryId],
  ];
  const equal = claims.flatMap(([claim, value]) => (value === undefined ? [] : [`assertion.${claim} == '${value}'`]));
  const events = trustedEvents.map((event) => `'${event}'`).join(", ");
  return [...equal, `assertion.event_name in [${events}]`].join(" && ");
}
