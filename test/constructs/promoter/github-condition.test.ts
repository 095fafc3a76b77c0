import { githubCondition, planEvents, promotionEvents } from "../../../constructs/promoter/github-condition";

test.each([
  [
    "names only",
    "example-org/artifacts",
    "repo:example-org/artifacts:ref:refs/heads/main",
    "assertion.sub == 'repo:example-org/artifacts:ref:refs/heads/main' && assertion.repository == 'example-org/artifacts'",
  ],
  [
    "names and ids",
    "example-org@123456/artifacts@456789",
    "repo:example-org@123456/artifacts@456789:environment:promotion",
    "assertion.sub == 'repo:example-org@123456/artifacts@456789:environment:promotion' && assertion.repository == 'example-org/artifacts' && assertion.repository_owner_id == '123456' && assertion.repository_id == '456789'",
  ],
])("a condition on %s, and never on changes that nobody has merged", (_, repository, subject, claims) => {
  expect(githubCondition({ repository, subject }, promotionEvents)).toBe(
    `${claims} && assertion.event_name in ['push', 'schedule', 'workflow_dispatch']`,
  );
});

test("a condition on pull requests, and on nothing that promotes", () => {
  const trust = { repository: "example-org/artifacts", subject: "repo:example-org/artifacts:pull_request" };
  expect(githubCondition(trust, planEvents)).toBe(
    "assertion.sub == 'repo:example-org/artifacts:pull_request' && assertion.repository == 'example-org/artifacts' && assertion.event_name in ['pull_request']",
  );
  expect(planEvents.filter((event) => promotionEvents.includes(event))).toEqual([]);
});
