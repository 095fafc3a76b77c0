import { applyWaivers } from "../../security/apply-waivers";
import { matchesPattern } from "../../security/matches-pattern";
import { readWaivers } from "../../security/read-waivers";
import type { Finding } from "../../security/waiver";

const finding = (id: string, resource: string): Finding => ({ id, resource, title: "Something" });
const findings = [
  finding("CKV_AWS_1", "aws-storage/aws_s3_bucket.one"),
  finding("CKV_AWS_1", "aws-storage/aws_s3_bucket.two"),
  finding("CKV_AWS_2", "aws-storage/aws_s3_bucket.one"),
];
const waiver = (ids: string[], ...resources: string[]) => ({ ids, resources, reason: "It is meant to." });

test.each([
  ["covers what it names", [waiver(["CKV_AWS_1"], "*/aws_s3_bucket.*")], [findings[2]], []],
  ["covers one resource only", [waiver(["CKV_AWS_1", "CKV_AWS_2"], "*.one")], [findings[1]], []],
  [
    "is reported when it covers nothing, also if it is one of several",
    [waiver(["CKV_AWS_1", "CKV_AWS_3"], "*")],
    [findings[2]],
    ["CKV_AWS_3 *"],
  ],
  [
    "is reported for each pattern that covers nothing",
    [waiver(["CKV_AWS_1"], "*", "*.three"), waiver(["CKV_AWS_2"], "*")],
    [],
    ["CKV_AWS_1 *.three"],
  ],
  ["is no waiver for another id", [], findings, []],
])("a waiver %s", (_, waivers, open, unneeded) => {
  expect(applyWaivers(findings, waivers)).toMatchObject({ open, unneeded });
});

test("the numbers of waived findings add up", () => {
  const { waived } = applyWaivers(findings, [waiver(["CKV_AWS_1", "CKV_AWS_2"], "*")]);
  expect(Object.fromEntries(waived)).toEqual({ CKV_AWS_1: 2, CKV_AWS_2: 1 });
});

test.each([
  ["a.*", "a.b", true],
  ["a.*", "ab", false],
  ["*_{account,registry}_*", "x_account_1", true],
  ["*_{account,registry}_*", "x_bucket_1", false],
  ["a", "ab", false],
])("the pattern %s and %s: %s", (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test("no waiver of ours covers every resource of every stack, or repeats an id for a pattern", () => {
  const pairs = readWaivers().flatMap(({ ids, resources }) =>
    ids.flatMap((id) => resources.map((each) => `${id} ${each}`)),
  );
  expect(pairs.filter((pair) => pair.endsWith(" *"))).toEqual([]);
  expect(new Set(pairs).size).toBe(pairs.length);
});
