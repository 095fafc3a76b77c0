import { replicationPriority } from "../../../constructs/replication/aws";
import type { AwsMirror, AwsProvider } from "../../../inventory/inventory";
import { AwsStorageStack } from "../../../stacks/aws/storage";
import { type Arguments, addresses, resourcesOf, type SynthesizedStack, synthesizedStack } from "../synthesized";
import { awsInventory, awsMirror, awsProvider } from "./aws-inventory";

function storage(mirrors: readonly AwsMirror[], changes: Partial<AwsProvider> = {}): SynthesizedStack {
  const provider = awsProvider(mirrors, changes);
  return synthesizedStack(
    (app) => new AwsStorageStack(app, "aws-storage", { inventory: awsInventory(provider), provider }),
  );
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

const statements = (document: unknown): Statement[] => JSON.parse(String(document)).Statement;
const only = (stack: SynthesizedStack, type: string): Arguments => {
  const [body, ...others] = resourcesOf(stack, type);
  if (body === undefined || others.length > 0) throw new Error(`expected one ${type}`);
  return body;
};
const direct = (region: string) =>
  awsMirror(region, { bucket: { name: `example-aws-${region}`, access: "direct" as const } });

describe("the stack", () => {
  const stack = storage([awsMirror("eu-west-1")]);

  test("keeps its state, locked and encrypted, in a bucket of the account", () => {
    expect(stack.terraform.backend).toEqual({
      s3: {
        bucket: "example-terraform-state",
        key: "aws-storage",
        region: "us-east-2",
        encrypt: true,
        use_lockfile: true,
        allowed_account_ids: ["123456789012"],
      },
    });
  });

  test("refuses any other account, and tags its resources", () => {
    expect(stack.provider.aws).toEqual([
      {
        region: "us-east-1",
        allowed_account_ids: ["123456789012"],
        default_tags: [{ tags: { project: "example", "managed-by": "mirrorform" } }],
      },
    ]);
  });
});

describe("a bucket", () => {
  test.each(["cdn", "direct"] as const)(
    "of access %s is encrypted, versioned, cleaned up, and read over TLS only",
    (access) => {
      const stack = storage([awsMirror("eu-west-1", { bucket: { name: "example-aws-eu-west-1", access } })]);
      expect(only(stack, "aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
        { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
      ]);
      expect(only(stack, "aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
      expect(only(stack, "aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
      expect(only(stack, "aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
        {
          status: "Enabled",
          abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
          noncurrent_version_expiration: [{ noncurrent_days: 30 }],
        },
      ]);
      expect(statements(only(stack, "aws_s3_bucket_policy").policy)).toContainEqual({
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::example-aws-eu-west-1", "arn:aws:s3:::example-aws-eu-west-1/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    },
  );

  test.each([
    { access: "cdn" as const, policyBlocked: true },
    { access: "direct" as const, policyBlocked: false },
  ])("with access $access blocks access lists, and public policies: $policyBlocked", ({ access, policyBlocked }) => {
    const stack = storage([awsMirror("eu-west-1", { bucket: { name: "example", access } })]);
    expect(only(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      ignore_public_acls: true,
      block_public_policy: policyBlocked,
      restrict_public_buckets: policyBlocked,
    });
  });

  test("with direct access has no distribution, and lets everyone read objects but not list them", () => {
    const stack = storage([direct("eu-west-1")]);
    const allowed = statements(only(stack, "aws_s3_bucket_policy").policy).filter(({ Effect }) => Effect === "Allow");
    expect(allowed).toEqual([
      {
        Sid: "ReadByEveryone",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::example-aws-eu-west-1/*",
      },
    ]);
    expect(stack.resource).not.toHaveProperty("aws_cloudfront_distribution");
    expect(stack.output.distributions?.value).toEqual({});
  });

  test("behind a CDN can only be read by its own distribution, which signs its requests and uses TLS", () => {
    const stack = storage([awsMirror("eu-west-1")]);
    const id = Object.keys(stack.resource.aws_cloudfront_distribution ?? {})[0];
    const allowed = statements(only(stack, "aws_s3_bucket_policy").policy).filter(({ Effect }) => Effect === "Allow");
    expect(allowed).toEqual([
      {
        Sid: "ReadByDistribution",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::example-aws-eu-west-1/*",
        Condition: { StringEquals: { "AWS:SourceArn": `\${aws_cloudfront_distribution.${id}.arn}` } },
      },
    ]);
    expect(only(stack, "aws_cloudfront_origin_access_control")).toMatchObject({
      origin_access_control_origin_type: "s3",
      signing_behavior: "always",
      signing_protocol: "sigv4",
    });
    expect(only(stack, "aws_cloudfront_distribution")).toMatchObject({
      http_version: "http2and3",
      is_ipv6_enabled: true,
      default_cache_behavior: { allowed_methods: ["GET", "HEAD"], viewer_protocol_policy: "https-only" },
      viewer_certificate: { cloudfront_default_certificate: true },
    });
    expect(stack.output.distributions?.value).toEqual({
      "eu-west-1": `\${aws_cloudfront_distribution.${id}.domain_name}`,
    });
  });
});

describe("protection", () => {
  test.each([
    { state: "active" as const, forbidden: true },
    { state: "draining" as const, forbidden: true },
    { state: "retired" as const, forbidden: false },
  ])("of a mirror that is $state forbids destruction: $forbidden", ({ state, forbidden }) => {
    const stack = storage([awsMirror("eu-west-1", { state, registry: { repositories: ["pause"] } })]);
    for (const type of ["aws_s3_bucket", "aws_ecrpublic_repository"]) {
      expect(only(stack, type)).toMatchObject({
        lifecycle: { prevent_destroy: forbidden },
        force_destroy: !forbidden,
      });
    }
  });
});

describe("a registry", () => {
  const stack = storage([
    awsMirror("eu-west-1", { registry: { repositories: ["etcd/etcd", "kube-apiserver", "pause"] } }),
  ]);

  test("has a repository for each name, managed in the region of ECR Public", () => {
    expect(resourcesOf(stack, "aws_ecrpublic_repository")).toMatchObject([
      { region: "us-east-1", repository_name: "etcd/etcd" },
      { region: "us-east-1", repository_name: "kube-apiserver" },
      { region: "us-east-1", repository_name: "pause" },
    ]);
  });
});

describe("replication", () => {
  const primary = { primary: "us-east-2" };
  const three = [awsMirror("ap-south-1"), awsMirror("eu-west-1"), direct("us-east-2")];
  const withOneMore = [...three.slice(0, 1), awsMirror("eu-central-1"), ...three.slice(1)];

  test("copies everything except deletions from the primary's bucket to the others, in the order of the regions", () => {
    const configuration = only(storage(three, primary), "aws_s3_bucket_replication_configuration");
    expect(configuration).toMatchObject({ bucket: "example-aws-us-east-2", region: "us-east-2" });
    expect(configuration.rule).toEqual(
      ["ap-south-1", "eu-west-1"].map((region) => ({
        id: region,
        status: "Enabled",
        priority: replicationPriority(region),
        filter: { prefix: "" },
        delete_marker_replication: { status: "Disabled" },
        destination: {
          bucket: `arn:aws:s3:::example-aws-${region}`,
          storage_class: "STANDARD",
          metrics: { status: "Enabled" },
        },
      })),
    );
  });

  test("waits until both ends are versioned", () => {
    const stack = storage(three, primary);
    expect(only(stack, "aws_s3_bucket_replication_configuration").depends_on).toHaveLength(3);
    expect(Object.keys(stack.resource.aws_s3_bucket_versioning ?? {})).toHaveLength(3);
  });

  test("may only read the source and write to the destinations", () => {
    const stack = storage(three, primary);
    const granted = resourcesOf(stack, "aws_iam_role_policy").flatMap(({ policy }) => statements(policy));
    expect(granted.flatMap(({ Action }) => Action).join(" ")).not.toContain("*");
    const writing = granted.filter(({ Action }) => Action.includes("s3:ReplicateObject"));
    expect(writing.map(({ Resource }) => Resource)).toEqual([
      "arn:aws:s3:::example-aws-ap-south-1/*",
      "arn:aws:s3:::example-aws-eu-west-1/*",
    ]);
  });

  test.each([
    { why: "no primary", mirrors: three, changes: {} },
    { why: "a primary without a bucket", mirrors: three, changes: { primary: "eu-north-1" } },
    { why: "no mirror to copy to", mirrors: [direct("us-east-2")], changes: primary },
    {
      why: "only a retired mirror to copy to",
      mirrors: [awsMirror("eu-west-1", { state: "retired" as const }), direct("us-east-2")],
      changes: primary,
    },
  ])("does not exist with $why", ({ mirrors, changes }) => {
    const stack = storage(mirrors, changes);
    expect(stack.resource).not.toHaveProperty("aws_s3_bucket_replication_configuration");
    expect(stack.resource).not.toHaveProperty("aws_iam_role");
  });

  test("only changes its configuration when a mirror is added in between", () => {
    const before = storage(three, primary);
    const after = storage(withOneMore, primary);
    expect(addresses(after)).toEqual(expect.arrayContaining(addresses(before)));
    for (const [type, bodies] of Object.entries(before.resource)) {
      if (type !== "aws_s3_bucket_replication_configuration") expect(after.resource[type]).toMatchObject(bodies);
    }
    const rules = only(before, "aws_s3_bucket_replication_configuration").rule as Arguments[];
    expect(only(after, "aws_s3_bucket_replication_configuration").rule).toEqual(expect.arrayContaining(rules));
  });
});
