import type { Pipeline } from "../../inventory/inventory";
import { githubCondition, planEvents, promotionEvents } from "../promoter/github-condition";

/** What an identity of a pipeline may do: apply stacks, or only plan them. */
export type PipelineTask = "apply" | "plan";

/**
 * The condition, in CEL, on a pipeline's tokens at Google. Subjects of GitLab do not tell a merge request whose source branch has the name of
 * the protected one from that branch, so the claims do: a merge request's pipeline has another source, and another ref.
 *
 * @throws Error if the pipeline does not plan, and `task` is to
 */
export function pipelineCondition(pipeline: Pipeline, task: PipelineTask): string {
  const { forge, repository, subject, planSubject } = pipeline;
  if (task === "plan" && planSubject === undefined) throw new Error("the pipeline has no identity for plans");
  if (forge === "gitlab") return gitlabCondition(pipeline, task);
  return task === "apply"
    ? githubCondition({ repository, subject }, promotionEvents)
    : githubCondition({ repository, subject: planSubject ?? "" }, planEvents);
}

/** `https://docs.gitlab.com/ci/secrets/id_token_authentication/`: claims. Their values are strings, also of booleans. */
function gitlabCondition({ repository, branch, subject }: Pipeline, task: PipelineTask): string {
  const project = `assertion.project_path == '${repository}'`;
  if (task === "plan") return `${project} && assertion.pipeline_source == 'merge_request_event'`;
  return [
    project,
    `assertion.sub == '${subject}'`,
    `assertion.ref_path == 'refs/heads/${branch}'`,
    "assertion.ref_protected == 'true'",
    "assertion.pipeline_source in ['push', 'schedule', 'web']",
  ].join(" && ");
}
