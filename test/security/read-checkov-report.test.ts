import {
  type CheckedFiles,
  checkovVersion,
  countingPolicy,
  readCheckovReport,
} from "../../security/read-checkov-report";

const path = "/small/aws-storage/cdk.tf.json";
const address = "aws_s3_bucket.bucket-us-east-1_bucket_840C503A";
const files: CheckedFiles = new Map([[path, { stack: "aws-storage", addresses: [address, "aws_iam_role.one"] }]]);

const result = (check_id: string, resource: string) => ({ check_id, check_name: "A check", file_path: path, resource });
const counted = [result(countingPolicy, address), result(countingPolicy, "aws_iam_role.one")];

interface Contents {
  readonly passed?: readonly object[];
  readonly failed?: readonly object[];
  readonly errors?: readonly string[];
  readonly version?: string;
}

function report({ passed = counted, failed = [], errors = [], version = checkovVersion }: Contents = {}): string {
  return JSON.stringify({
    results: { passed_checks: passed, failed_checks: failed, parsing_errors: errors },
    summary: { checkov_version: version },
  });
}

test("findings name the stack and the address, whether Checkov gives the type or not", () => {
  const failed = [result("CKV_AWS_18", "resource.bucket-us-east-1_bucket_840C503A"), result("CKV2_AWS_6", address)];
  const passed = [...counted, result("CKV_AWS_19", address)];
  expect(readCheckovReport(report({ passed, failed }), "", files)).toEqual({
    checked: 2,
    passed: 1,
    findings: [
      { id: "CKV_AWS_18", title: "A check", resource: `aws-storage/${address}` },
      { id: "CKV2_AWS_6", title: "A check", resource: `aws-storage/${address}` },
    ],
  });
});

test("a check that crashes is a finding", () => {
  const log = `2026-11-21 [ERROR]  Failed to run check CKV_AWS_99 on ${path}:${address}\nTraceback (most recent call last):\n`;
  expect(readCheckovReport(report(), log, files).findings).toEqual([
    { id: "CKV_AWS_99", title: "Checkov's check crashed", resource: `aws-storage/${address}` },
  ]);
});

test.each<[string, Contents, RegExp]>([
  ["reads nothing, as with required_version", { passed: [] }, /has not read 2 resources/],
  ["reads less", { passed: counted.slice(1) }, /has not read 1 resources, such as .*aws_s3_bucket/],
  ["reads more", { passed: [...counted, result(countingPolicy, "aws_iam_role.two")] }, /has read 3 resources of 2/],
  ["cannot read a file", { errors: [path] }, /cannot read .*cdk\.tf\.json/],
  ["has another version", { version: "2.0.0" }, /2\.0\.0 has other checks .*pip install checkov==/],
])("fails if Checkov %s", (_, contents, message) => {
  expect(() => readCheckovReport(report(contents), "", files)).toThrow(message);
});
