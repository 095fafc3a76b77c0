import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inventory } from "../../../inventory/inventory";
import { GoogleRedirectorStack } from "../../../stacks/google/redirector";
import { withoutPromotion } from "../../inventory/without-promotion";
import { addresses, resourcesOf, synthesizedStack } from "../synthesized";
import { googleProvider } from "./google-inventory";

const provider = googleProvider();

const image = `us-docker.pkg.dev/artifacts-prod/mirrorform/redirector@sha256:${"0".repeat(64)}`;

const inventory: Inventory = {
  project: { name: "artifacts", contact: "a@example.org", info: "https://example.org", privacy: "https://example.org" },
  hosts: [
    { name: "dl.example.org", serves: ["files"] },
    { name: "registry.example.org", serves: ["images"] },
  ],
  dns: { zone: "example.org", publishedAt: ["google"] },
  redirector: { status: 307, runsAt: [] },
  origin: { provider: "google", mirror: "us-central1" },
  providers: [provider],
  ...withoutPromotion,
};

const folder = mkdtempSync(join(tmpdir(), "mirrorform-table-"));
const path = join(folder, "table");
const sha256 = createHash("sha256").update("table").digest("hex");
writeFileSync(path, "table");
afterAll(() => rmSync(folder, { recursive: true }));

const synthesize = (regions = ["europe-west1", "us-central1"], changed: Partial<Inventory> = {}) =>
  synthesizedStack((app) => {
    const table = { path, sha256 };
    const props = { inventory: { ...inventory, ...changed }, provider, regions, image, table };
    new GoogleRedirectorStack(app, "google-redirector", props);
  });

const both = synthesize();

const only = (type: string, stack = both) => {
  const [resource, ...others] = resourcesOf(stack, type);
  expect(others).toEqual([]);
  return resource;
};

test("each region has a service with its own account, reachable only through the load balancer", () => {
  const services = resourcesOf(both, "google_cloud_run_v2_service");
  expect(services.map(({ location }) => location)).toEqual(["europe-west1", "us-central1"]);
  for (const service of services) {
    expect(service).toMatchObject({
      name: "artifacts-google-redirector",
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      invoker_iam_disabled: true,
      template: {
        service_account: expect.stringMatching(/google_service_account\..*\.email/),
        scaling: { min_instance_count: 1, max_instance_count: 10 },
        max_instance_request_concurrency: 800,
        execution_environment: "EXECUTION_ENVIRONMENT_GEN2",
        volumes: [{ gcs: { read_only: true } }],
        containers: [
          {
            image,
            resources: { limits: { cpu: "1", memory: "512Mi" } },
            startup_probe: { http_get: { path: "/-/started" } },
            liveness_probe: { http_get: { path: "/-/health" } },
            env: [
              {
                name: "MIRRORFORM_TABLE_SOURCE",
                value: expect.stringMatching(/^\/routing\/\$\{google_storage_bucket_object\./),
              },
              { name: "MIRRORFORM_BACKGROUND", value: "requests" },
              { name: "MIRRORFORM_TRACE_PROJECT", value: provider.project },
              { name: "MIRRORFORM_CLIENT_ADDRESS", value: "forwarded:2" },
            ],
          },
        ],
      },
    });
  }
});

test("the account may only read the bucket of the routing table, without the ledger and the lease of promotion", () => {
  expect(only("google_storage_bucket_iam_member")).toMatchObject({
    role: "roles/storage.objectViewer",
    condition: {
      expression:
        '!resource.name.extract("/objects/{name}").startsWith("promotion/") || resource.name.extract("/objects/{name}").startsWith("promotion/overlay.") || resource.name.endsWith("/objects/promotion/")',
    },
    member: expect.stringMatching(/google_service_account\..*\.member/),
  });
  expect(Object.keys(both.resource).filter((type) => type.includes("_iam_member"))).toEqual([
    "google_storage_bucket_iam_member",
  ]);
});

test.each([
  ["artifacts", /^artifacts-google-redirector$/],
  ["abcdefghijklmnopqrs", /^abcdefgh-google-redirect-[a-z0-9]{5}$/],
])("the account of project %s is %s: at most 30 characters", (name, id) => {
  const stack = synthesize(undefined, { project: { ...inventory.project, name } });
  expect(only("google_service_account", stack)).toMatchObject({ account_id: expect.stringMatching(id) });
});

test("replaced tables can be restored for 30 days, and the bucket is not destroyed with them", () => {
  const bucket = only("google_storage_bucket");
  expect(bucket).toMatchObject({
    versioning: { enabled: true },
    soft_delete_policy: { retention_duration_seconds: 604_800 },
    lifecycle_rule: [
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      { action: { type: "Delete" }, condition: { days_since_noncurrent_time: 30 } },
    ],
  });
  expect(bucket).not.toHaveProperty("force_destroy");
});

test("the routing table is private, and its name never changes, so that instances find new ones", () => {
  expect(only("google_storage_bucket")).toMatchObject({
    name: "artifacts-gcp-routing-table",
    public_access_prevention: "enforced",
    uniform_bucket_level_access: true,
  });
  expect(only("google_storage_bucket_object")).toMatchObject({
    name: "routing.table",
    source: expect.stringContaining(sha256),
    cache_control: "no-store",
  });
  // The name stays the same, so destroying the old table last would destroy the new one.
  expect(only("google_storage_bucket_object")).not.toHaveProperty("lifecycle");
});

test("a backend of serverless groups has no health checks, ports or timeouts", () => {
  const backend = only("google_compute_backend_service");
  expect(backend).toMatchObject({
    load_balancing_scheme: "EXTERNAL_MANAGED",
    backend: [
      { group: expect.stringContaining("group-europe-west1") },
      { group: expect.stringContaining("group-us-central1") },
    ],
    log_config: { enable: false },
    outlier_detection: { max_ejection_percent: 50 },
  });
  for (const refused of ["health_checks", "port_name", "timeout_sec"]) expect(backend).not.toHaveProperty(refused);
});

test("a single region is never ejected", () => {
  expect(only("google_compute_backend_service", synthesize(["us-central1"]))).not.toHaveProperty("outlier_detection");
});

test("only the rate is limited", () => {
  expect(only("google_compute_security_policy")).toMatchObject({
    rule: [
      {
        action: "throttle",
        priority: 2_147_483_647,
        rate_limit_options: {
          conform_action: "allow",
          exceed_action: "deny(429)",
          enforce_on_key: "IP",
          rate_limit_threshold: { count: 2490, interval_sec: 30 },
        },
      },
    ],
  });
});

test("both addresses serve https with TLS 1.2 or later, and redirect http to it", () => {
  const rules = resourcesOf(both, "google_compute_global_forwarding_rule");
  expect(rules.map(({ name, port_range }) => `${name} ${port_range}`).sort()).toEqual([
    "artifacts-google-redirector-ipv4-http 80",
    "artifacts-google-redirector-ipv4-https 443",
    "artifacts-google-redirector-ipv6-http 80",
    "artifacts-google-redirector-ipv6-https 443",
  ]);
  for (const rule of rules) {
    const proxy = rule.port_range === "443" ? "https" : "http";
    expect(rule).toMatchObject({
      load_balancing_scheme: "EXTERNAL_MANAGED",
      target: expect.stringContaining(`google_compute_target_${proxy}_proxy`),
    });
  }
  expect(only("google_compute_ssl_policy")).toMatchObject({ min_tls_version: "TLS_1_2", profile: "MODERN" });
  expect(only("google_compute_target_https_proxy")).toMatchObject({
    certificate_map: expect.stringMatching(/^\/\/certificatemanager\.googleapis\.com\/\$\{/),
  });
});

test.each([
  [["google"], ["zone-example-org", "zone-example-org"]],
  [
    ["aws", "google"],
    ["zone-example-org", "zone-example-org"],
  ],
  [["aws"], []],
])("published at %j: validation records go to %j", (publishedAt, zones) => {
  const stack = synthesize(undefined, { dns: { zone: "example.org", publishedAt } });
  expect(resourcesOf(stack, "google_dns_record_set").map(({ managed_zone }) => managed_zone)).toEqual(zones);
});

test("validation records go into an existing zone", () => {
  const dns = { zone: "example.org", publishedAt: ["google"], existing: { google: "our-zone" } };
  const records = resourcesOf(synthesize(undefined, { dns }), "google_dns_record_set");
  expect(records.map(({ managed_zone }) => managed_zone)).toEqual(["our-zone", "our-zone"]);
});

test("the outputs are deployed facts", () => {
  const { output } = both;
  expect(output).toMatchObject({
    addresses: {
      value: {
        ipv4: expect.stringMatching(/^\$\{google_compute_global_address\..*\.address\}$/),
        ipv6: expect.stringMatching(/^\$\{google_compute_global_address\..*\.address\}$/),
      },
    },
    validations: {
      value: {
        "dl.example.org": {
          name: expect.stringContaining("trimsuffix("),
          value: expect.stringContaining("trimsuffix("),
        },
        "registry.example.org": expect.anything(),
      },
    },
  });
});

test("another region only adds addresses", () => {
  const before = addresses(both);
  const after = addresses(synthesize(["asia-east1", "europe-west1", "us-central1"]));
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBe(before.length + 2);
});

test("no log contains client addresses: the load balancer has none, and Cloud Run's request log is excluded", () => {
  expect(only("google_compute_backend_service")).toMatchObject({ log_config: { enable: false } });
  expect(only("google_logging_project_exclusion")).toMatchObject({
    filter: expect.stringContaining('log_id("run.googleapis.com/requests")'),
  });
});

test("a removed region leaves the load balancer before its group is destroyed", () => {
  for (const group of resourcesOf(both, "google_compute_region_network_endpoint_group")) {
    expect(group).toMatchObject({ lifecycle: { create_before_destroy: true } });
  }
});
