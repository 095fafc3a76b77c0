import { fixture, inventoryOf } from "../routing/tables";
import { smallFacts, synthesizedStacks } from "./stacks";

const stacks = synthesizedStacks(inventoryOf(fixture("small")), smallFacts);

type Body = Readonly<Record<string, unknown>>;

function only(stack: string, type: string): Body {
  const [body, ...others] = Object.values(stacks[stack]?.json.resource?.[type] ?? {}) as Body[];
  if (body === undefined || others.length > 0) throw new Error(`${stack} does not have one ${type}`);
  return body;
}

test("at AWS one trail logs all regions, and not its own bucket, which is kept", () => {
  const trails = Object.values(stacks["aws-bootstrap"]?.json.resource?.aws_cloudtrail ?? {}) as Body[];
  const [trail = {}] = trails.filter(({ is_multi_region_trail: isOfAll }) => isOfAll === true);
  expect(trail).toMatchObject({ is_multi_region_trail: true, enable_log_file_validation: true });
  expect(JSON.stringify(trail.advanced_event_selector)).toContain(
    '"not_starts_with":["arn:aws:s3:::artifacts-aws-audit-log/"]',
  );
  const policies = Object.values(stacks["aws-bootstrap"]?.json.resource?.aws_s3_bucket_policy ?? {}) as Body[];
  expect(policies.map(({ policy }) => String(policy)).filter((policy) => policy.includes("KeepLogs"))).toHaveLength(1);
});

test("at Google the sink takes changes and data writes to a bucket that keeps them", () => {
  expect(only("google-bootstrap", "google_logging_project_bucket_config")).toMatchObject({ retention_days: 400 });
  expect(only("google-bootstrap", "google_logging_project_sink").filter).toBe(
    'log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access")',
  );
});

test("at Azure the workspace accepts no keys", () => {
  expect(only("azure-bootstrap", "azurerm_log_analytics_workspace")).toMatchObject({
    local_authentication_enabled: false,
    retention_in_days: 400,
  });
});

test("images are private, and their tags do not move; where nothing runs there is no repository", () => {
  const repository = only("google-bootstrap", "google_artifact_registry_repository");
  expect(repository).toMatchObject({ repository_id: "mirrorform", docker_config: { immutable_tags: true } });
  expect(stacks["google-bootstrap"]?.text).not.toContain("allUsers");
  const elsewhere = inventoryOf(fixture("small").replace(/\n {4}google: \[[^\]]*\]/, ""));
  const { "google-bootstrap": none } = synthesizedStacks(elsewhere, smallFacts);
  expect(none?.text).not.toContain("google_artifact_registry_repository");
});
