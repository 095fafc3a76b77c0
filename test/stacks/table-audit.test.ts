import { fixture, inventoryOf } from "../routing/tables";
import { addresses, smallFacts, synthesizedStacks } from "./stacks";

const text = fixture("small");
const stacks = synthesizedStacks(inventoryOf(text), smallFacts);

type Body = Readonly<Record<string, unknown>>;

function bodies(type: string, of = stacks): [stack: string, body: Body][] {
  return Object.entries(of).flatMap(([name, stack]) =>
    [...addresses(stack)].flatMap(([address, body]): [string, Body][] =>
      address.startsWith(`${type}.`) ? [[name, body as Body]] : [],
    ),
  );
}

const isOfTable = ([, { name }]: [string, Body]) => String(name).endsWith("-redirector");

test("at AWS a trail logs who writes tables, and is in the stack that no pipeline applies", () => {
  expect(bodies("aws_cloudtrail").filter(isOfTable)).toEqual([
    [
      "aws-bootstrap",
      expect.objectContaining({
        enable_log_file_validation: true,
        advanced_event_selector: [
          {
            name: "writes of routing tables",
            field_selector: [
              { field: "eventCategory", equals: ["Data"] },
              { field: "resources.type", equals: ["AWS::S3::Object"] },
              { field: "readOnly", equals: ["false"] },
              { field: "resources.ARN", starts_with: ["arn:aws:s3:::artifacts-aws-routing-table/"] },
            ],
          },
        ],
      }),
    ],
  ]);
});

test("only this trail may write into the bucket of its log", () => {
  const policies = bodies("aws_s3_bucket_policy").filter(([, { policy }]) => String(policy).includes("table-audit"));
  const source = "arn:aws:cloudtrail:us-east-1:123456789012:trail/artifacts-aws-redirector";
  expect(policies.map(([, { policy }]) => JSON.parse(String(policy)).Statement)).toEqual([
    [
      expect.objectContaining({
        Action: "s3:GetBucketAcl",
        Condition: { StringEquals: { "aws:SourceArn": source } },
      }),
      expect.objectContaining({
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::artifacts-aws-table-audit/AWSLogs/123456789012/*",
        Condition: { StringEquals: { "aws:SourceArn": source, "s3:x-amz-acl": "bucket-owner-full-control" } },
      }),
      expect.objectContaining({ Effect: "Deny" }),
    ],
  ]);
});

test("at Google the project's audit logs have writes of objects, and no reads", () => {
  const ofStorage = ([, { service }]: [string, Body]) => service === "storage.googleapis.com";
  expect(bodies("google_project_iam_audit_config").filter(ofStorage)).toEqual([
    [
      "google-bootstrap",
      expect.objectContaining({
        service: "storage.googleapis.com",
        audit_log_config: [{ log_type: "DATA_WRITE" }],
      }),
    ],
  ]);
});

test("there is no trail of tables where no redirector runs", () => {
  const without = synthesizedStacks(inventoryOf(text.replace("    aws: [us-east-2, eu-west-1]\n", "")), smallFacts);
  expect(bodies("aws_cloudtrail", without).filter(isOfTable)).toEqual([]);
});
