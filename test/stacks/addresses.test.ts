import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { fixture, inventoryOf } from "../routing/tables";
import { findLostAddresses, listAddresses, listMoves, type Stacks } from "./pinned-addresses";
import { removedAddresses } from "./removed-addresses";
import { smallFacts, synthesizedStacks } from "./stacks";
import { synthesizedTexts } from "./synthesized";

const file = join(__dirname, "addresses.txt");
const fixtures: Readonly<Record<string, Stacks>> = {
  small: synthesizedStacks(inventoryOf(fixture("small")), smallFacts),
  promotion: synthesizedStacks(inventoryOf(fixture("promotion")), {}),
};
const current = Object.entries(fixtures).flatMap(([name, stacks]) => listAddresses(name, stacks));
const moves = new Map(Object.entries(fixtures).flatMap(([name, stacks]) => [...listMoves(name, stacks)]));

/** The addresses of the file. With `ADD_ADDRESSES`, new ones are added to it; none is ever removed by a program. */
function readPinned(): string[] {
  const pinned = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const all = [...new Set([...pinned, ...current])].sort();
  if (!process.env.ADD_ADDRESSES || all.length === pinned.length) return pinned;
  writeFileSync(file, all.map((address) => `${address}\n`).join(""));
  return all;
}

const pinned = readPinned();

test("no resource leaves its address without a `moved` block", () => {
  // Call `moveFromId("<type>.<old name>")` at the resource, or explain its removal in removed-addresses.ts.
  expect(findLostAddresses(pinned, current, moves, removedAddresses)).toEqual([]);
});

test("every resource is pinned", () => {
  // Run `npm run addresses`, and commit the lines that it adds.
  expect(current.filter((address) => !pinned.includes(address))).toEqual([]);
});

test("every removal is of a pinned address, and has a reason", () => {
  for (const { pattern, reason } of removedAddresses) {
    expect(pinned.filter((address) => pattern.test(address))).not.toEqual([]);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  }
});

test("no move leads from an address that is in use", () => {
  expect([...moves.keys()].filter((from) => current.includes(from))).toEqual([]);
});

describe("an address that is no longer there", () => {
  const before = ["small aws-storage aws_s3_bucket.a", "small aws-storage aws_s3_bucket.b"];
  const after = ["small aws-storage aws_s3_bucket.b", "small aws-storage aws_s3_bucket.c"];
  const moved = (from: string, to: string) => new Map([[`small aws-storage ${from}`, `small aws-storage ${to}`]]);

  test("is lost", () => {
    expect(findLostAddresses(before, after, new Map(), [])).toEqual(["small aws-storage aws_s3_bucket.a"]);
  });

  test("is not lost if it moved to one that is there", () => {
    expect(findLostAddresses(before, after, moved("aws_s3_bucket.a", "aws_s3_bucket.c"), [])).toEqual([]);
    expect(findLostAddresses(before, after, moved("aws_s3_bucket.a", "aws_s3_bucket.d"), [])).toHaveLength(1);
  });

  test("is not lost if it was removed for a reason", () => {
    const removed = [{ pattern: /^small aws-storage aws_s3_bucket\.a$/, reason: "Nothing used it." }];
    expect(findLostAddresses(before, after, new Map(), removed)).toEqual([]);
  });
});

test("CDKTF declares a move, which this test understands", () => {
  const texts = synthesizedTexts((app) => {
    const stack = new TerraformStack(app, "aws-storage");
    new AwsProvider(stack, "aws", {});
    const bucket = new S3Bucket(new Construct(stack, "bucket-us-east-2"), "bucket", { bucket: "a" });
    bucket.moveFromId("aws_s3_bucket.store-us-east-2_bucket_00000000");
  });
  const stacks = { "aws-storage": { json: JSON.parse(texts["aws-storage"] ?? "") } };
  const [address = ""] = listAddresses("small", stacks);
  const moved = listMoves("small", stacks);
  expect(moved).toEqual(new Map([["small aws-storage aws_s3_bucket.store-us-east-2_bucket_00000000", address]]));
  expect(findLostAddresses([...moved.keys()], [address], moved, [])).toEqual([]);
});
