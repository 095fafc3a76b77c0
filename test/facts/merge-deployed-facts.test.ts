import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { mergeDeployedFacts } from "../../facts/merge-deployed-facts";

const rich = readFileSync(join(__dirname, "..", "fixtures", "inventories", "rich", "deployed.yaml"), "utf8");
const none = () => false;
const all = () => true;

const text = `# reviewed by us
aws: # the first
  used: { month: 2026-11, amount: 5 }
  distributions: { eu-west-1: d1.cloudfront.net } # Ireland
  stores:
    bucket: [eu-west-1, us-west-2]
google:
  stores: { bucket:   [us-central1] }
`;

test("adds and replaces values; removes nothing; keeps comments and order", () => {
  const stacks = [
    {
      provider: "aws",
      facts: { distributions: { "eu-west-1": "d2.cloudfront.net", "us-east-2": "d3.cloudfront.net" } },
    },
  ];
  const merged = mergeDeployedFacts(text, stacks, none);
  expect(merged.changes).toEqual([
    { path: ["aws", "distributions", "eu-west-1"], before: "d1.cloudfront.net", after: "d2.cloudfront.net" },
    { path: ["aws", "distributions", "us-east-2"], after: "d3.cloudfront.net" },
  ]);
  expect(parse(merged.text)).toEqual({
    aws: {
      used: { month: "2026-11", amount: 5 },
      distributions: { "eu-west-1": "d2.cloudfront.net", "us-east-2": "d3.cloudfront.net" },
      stores: { bucket: ["eu-west-1", "us-west-2"] },
    },
    google: { stores: { bucket: ["us-central1"] } },
  });
  for (const comment of ["# reviewed by us", "# the first", "# Ireland"]) expect(merged.text).toContain(comment);
  // An unchanged provider keeps every byte.
  expect(merged.text.endsWith("google:\n  stores: { bucket:   [us-central1] }\n")).toBe(true);
});

test("empty outputs remove nothing", () => {
  const facts = { distributions: {}, stores: { bucket: [], registry: [] }, validations: {} };
  expect(mergeDeployedFacts(text, [{ provider: "aws", facts }], all)).toEqual({ text, changes: [], unlisted: [] });
});

test("lists filled stores sorted by region, and reports the others", () => {
  const stacks = [
    { provider: "aws", facts: { stores: { bucket: ["ap-east-1", "us-east-2", "us-west-2", "zz-west-1"] } } },
  ];
  const merged = mergeDeployedFacts(text, stacks, ({ region }) => region !== "ap-east-1");
  expect(parse(merged.text).aws.stores).toEqual({ bucket: ["eu-west-1", "us-east-2", "us-west-2", "zz-west-1"] });
  expect(merged.unlisted).toEqual([{ provider: "aws", kind: "bucket", region: "ap-east-1" }]);
});

test.each(["", "# nothing yet\n", "{}\n"])("a fresh start: %j", (fresh) => {
  const stacks = [{ provider: "google", facts: { stores: { bucket: ["us-central1"], registry: [] } } }];
  const merged = mergeDeployedFacts(fresh, stacks, all);
  expect(parse(merged.text)).toEqual({ google: { stores: { bucket: ["us-central1"] } } });
  expect(merged.text).toContain(fresh.startsWith("#") ? "# nothing yet" : "google");
});

test("a second merge changes nothing, also in a large file", () => {
  const stacks = [{ provider: "aws", facts: { distributions: { "us-east-2": "d1.cloudfront.net" } } }];
  const once = mergeDeployedFacts(rich, stacks, all);
  expect(once.changes).toHaveLength(1);
  expect(mergeDeployedFacts(once.text, stacks, all)).toEqual({ text: once.text, changes: [], unlisted: [] });
  const { aws, ...others } = parse(once.text);
  const { aws: before, ...othersBefore } = parse(rich);
  expect(others).toEqual(othersBefore);
  expect(aws).toEqual({ ...before, distributions: { "us-east-2": "d1.cloudfront.net" } });
});
