import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsRedirectorStack } from "../../../stacks/aws/redirector";
import { addresses, resourcesOf, type SynthesizedStack, synthesizedStack } from "../synthesized";
import { awsInventory, awsMirror, awsProvider } from "./aws-inventory";

const folder = mkdtempSync(join(tmpdir(), "mirrorform-aws-redirector-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = Buffer.from("the bytes of a zip");
const carried = {
  path: join(folder, "redirector.zip"),
  sha256: createHash("sha256").update(bytes).digest("hex"),
};
writeFileSync(carried.path, bytes);

function redirector(
  regions: readonly string[],
  publishedAt: readonly string[] = ["aws"],
  existing = {},
): SynthesizedStack {
  const provider = awsProvider([awsMirror("eu-west-1")]);
  const inventory = awsInventory(provider, { dns: { zone: "example.org", publishedAt, existing } });
  const code = { lambda: carried, table: carried };
  return synthesizedStack(
    (app) => new AwsRedirectorStack(app, "aws-redirector", { inventory, provider, regions, code }),
  );
}

const both = redirector(["eu-west-1", "us-east-2"]);

describe("the function", () => {
  test.each(["eu-west-1", "us-east-2"])("runs the given zip in %s", (region) => {
    const found = resourcesOf(both, "aws_lambda_function").find((body) => body.region === region);
    expect(found).toMatchObject({
      function_name: "example-aws-redirector",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      source_code_hash: createHash("sha256").update(bytes).digest("base64"),
      filename: expect.stringMatching(new RegExp(`^assets/.*/${carried.sha256}/redirector\\.zip$`)),
    });
  });

  test("may only write to the log in its own region and read its table", () => {
    const granted = resourcesOf(both, "aws_iam_role_policy").map(({ policy }) => JSON.parse(String(policy)).Statement);
    const readTable = {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: ["arn:aws:s3:::example-aws-routing-table/routing.table"],
    };
    const writeLog = (region: string) => ({
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:123456789012:log-group:/aws/lambda/example-aws-redirector:*`,
    });
    expect(granted).toEqual([[readTable], [readTable], [writeLog("eu-west-1")], [writeLog("us-east-2")]]);
  });

  test("finds new tables in one private bucket", () => {
    for (const { environment } of resourcesOf(both, "aws_lambda_function")) {
      expect(environment).toEqual({
        variables: {
          MIRRORFORM_CLIENT_ADDRESS: "socket",
          MIRRORFORM_TABLE_SOURCE: "s3://example-aws-routing-table/routing.table?region=us-east-2",
        },
      });
    }
    expect(resourcesOf(both, "aws_s3_object")).toEqual([
      expect.objectContaining({ key: "routing.table", source_hash: carried.sha256, region: "us-east-2" }),
    ]);
    for (const block of resourcesOf(both, "aws_s3_bucket_public_access_block")) {
      expect(block).toMatchObject({ block_public_policy: true, restrict_public_buckets: true });
    }
  });

  test("reads tables over TLS only, and replaced ones can be restored for 30 days", () => {
    const [versioning] = resourcesOf(both, "aws_s3_bucket_versioning");
    expect(versioning).toMatchObject({ versioning_configuration: { status: "Enabled" } });
    const [lifecycle] = resourcesOf(both, "aws_s3_bucket_lifecycle_configuration");
    expect(lifecycle).toMatchObject({ rule: [{ noncurrent_version_expiration: [{ noncurrent_days: 30 }] }] });
    const [{ policy } = {}] = resourcesOf(both, "aws_s3_bucket_policy");
    expect(JSON.parse(String(policy)).Statement).toEqual([
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ]);
    for (const bucket of resourcesOf(both, "aws_s3_bucket")) expect(bucket).not.toHaveProperty("force_destroy");
  });

  test("can only be called by its own API", () => {
    expect(resourcesOf(both, "aws_lambda_permission")).toEqual([
      expect.objectContaining({
        source_arn: expect.stringMatching(/api-eu-west-1_\w+\.execution_arn\}\/\*\/\$default$/),
      }),
      expect.objectContaining({
        source_arn: expect.stringMatching(/api-us-east-2_\w+\.execution_arn\}\/\*\/\$default$/),
      }),
    ]);
  });
});

describe("the API", () => {
  test("only serves the hosts' names, over IPv4 and IPv6, with TLS 1.2 or later", () => {
    for (const api of resourcesOf(both, "aws_apigatewayv2_api")) {
      expect(api).toMatchObject({ disable_execute_api_endpoint: true, ip_address_type: "dualstack" });
    }
    expect(
      resourcesOf(both, "aws_apigatewayv2_domain_name").map(({ domain_name, region }) => [domain_name, region]),
    ).toEqual([
      ["dl.example.org", "eu-west-1"],
      ["dl.example.org", "us-east-2"],
      ["registry.example.org", "eu-west-1"],
      ["registry.example.org", "us-east-2"],
    ]);
    for (const { domain_name_configuration } of resourcesOf(both, "aws_apigatewayv2_domain_name")) {
      expect(domain_name_configuration).toMatchObject({ security_policy: "TLS_1_2", ip_address_type: "dualstack" });
    }
  });

  test("is throttled, and logs requests without the caller", () => {
    for (const stage of resourcesOf(both, "aws_apigatewayv2_stage")) {
      expect(stage).toMatchObject({
        default_route_settings: { throttling_rate_limit: 5000, throttling_burst_limit: 2500 },
      });
      expect(JSON.stringify(stage.access_log_settings)).not.toMatch(/identity|sourceIp|authorizer/);
    }
    for (const log of resourcesOf(both, "aws_cloudwatch_log_group")) expect(log.retention_in_days).toBe(14);
  });
});

describe("certificates", () => {
  test("exist for each host in each region, and are validated before use", () => {
    expect(resourcesOf(both, "aws_acm_certificate")).toHaveLength(4);
    expect(resourcesOf(both, "aws_acm_certificate_validation")).toHaveLength(4);
    for (const { domain_name_configuration } of resourcesOf(both, "aws_apigatewayv2_domain_name")) {
      expect(JSON.stringify(domain_name_configuration)).toMatch(
        /aws_acm_certificate_validation\.[\w-]+\.certificate_arn/,
      );
    }
  });

  test("have one validation record per host in the provider's own zone", () => {
    expect(both.data.aws_route53_zone).toBeDefined();
    expect(resourcesOf(both, "aws_route53_record")).toHaveLength(2);
    for (const validation of resourcesOf(both, "aws_acm_certificate_validation")) {
      expect(validation.validation_record_fqdns).toHaveLength(1);
    }
  });

  test("have it in an existing zone, by its id", () => {
    const stack = redirector(["eu-west-1"], ["aws"], { aws: "Z0123456789ABCDEFGHIJ" });
    expect(stack.data?.aws_route53_zone).toBeUndefined();
    for (const { zone_id } of resourcesOf(stack, "aws_route53_record")) expect(zone_id).toBe("Z0123456789ABCDEFGHIJ");
  });

  test("wait for the records of other providers if the zone is only published there", () => {
    const stack = redirector(["eu-west-1", "us-east-2"], ["google"]);
    expect(stack.data).toEqual({});
    expect(stack.resource).not.toHaveProperty("aws_route53_record");
    const validations = resourcesOf(stack, "aws_acm_certificate_validation");
    expect(validations).toHaveLength(4);
    for (const validation of validations) expect(validation).toMatchObject({ timeouts: { create: "10m" } });
  });
});

describe("the outputs", () => {
  test("are deployed facts", () => {
    expect(both.output.targets?.value).toEqual(
      Object.fromEntries(
        ["eu-west-1", "us-east-2"].map((region) => [
          region,
          Object.fromEntries(
            ["dl.example.org", "registry.example.org"].map((host) => [
              host,
              expect.stringMatching(new RegExp(`load-balancer_domain-.*-${region}_.*target_domain_name`)),
            ]),
          ),
        ]),
      ),
    );
    expect(both.output.validations?.value).toEqual(
      Object.fromEntries(
        ["dl.example.org", "registry.example.org"].map((host) => [
          host,
          {
            name: expect.stringContaining("resource_record_name"),
            value: expect.stringContaining("resource_record_value"),
          },
        ]),
      ),
    );
  });
});

test("another region only adds addresses", () => {
  const one = redirector(["us-east-2"]);
  expect(addresses(both)).toEqual(expect.arrayContaining(addresses(one)));
});
