import { pipelineCondition } from "../../../constructs/deployer/pipeline-condition";
import { resolvePipeline } from "../../../inventory/resolve-infrastructure";
import { infrastructure } from "../../../inventory/schema/infrastructure";

const pipelineOf = (runsIn: object) => {
  const pipeline = resolvePipeline(infrastructure.parse({ "runs-in": runsIn }));
  if (pipeline === undefined) throw new Error("there is no pipeline");
  return pipeline;
};
const github = pipelineOf({ github: { repository: "example-org/mirrors" } });
const gitlab = pipelineOf({ gitlab: { project: "example-org/infra/mirrors", branch: "release" } });

test.each([
  ["GitHub", github, "apply", "repo:example-org/mirrors:ref:refs/heads/main"],
  ["GitHub", github, "plan", "repo:example-org/mirrors:pull_request"],
] as const)("at %s a pipeline is known by its subject, repository and event: %#", (_, pipeline, task, subject) => {
  const events = task === "apply" ? "'push', 'schedule', 'workflow_dispatch'" : "'pull_request'";
  expect(pipelineCondition(pipeline, task)).toBe(
    `assertion.sub == '${subject}' && assertion.repository == 'example-org/mirrors' && assertion.event_name in [${events}]`,
  );
});

test("at GitLab only pipelines of the protected branch itself may apply, not merge requests from a branch of that name", () => {
  expect(pipelineCondition(gitlab, "apply").split(" && ")).toEqual([
    "assertion.project_path == 'example-org/infra/mirrors'",
    "assertion.sub == 'project_path:example-org/infra/mirrors:ref_type:branch:ref:release'",
    "assertion.ref_path == 'refs/heads/release'",
    "assertion.ref_protected == 'true'",
    "assertion.pipeline_source in ['push', 'schedule', 'web']",
  ]);
});

test("at GitLab merge requests may plan", () => {
  expect(pipelineCondition(gitlab, "plan")).toBe(
    "assertion.project_path == 'example-org/infra/mirrors' && assertion.pipeline_source == 'merge_request_event'",
  );
});

test("a pipeline that does not plan has no condition for it", () => {
  const { planSubject: _, ...silent } = github;
  expect(() => pipelineCondition(silent, "plan")).toThrow("no identity for plans");
});
