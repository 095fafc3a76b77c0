import { readRights } from "../../../stacks/rights/read-rights";
import { fixture, inventoryOf, richFacts, richInventory } from "../../routing/tables";
import { smallFacts } from "../stacks";

const names = ["small", "smallest", "kubernetes", "promotion", "choices"];
const inventories = [
  ...names.map((name) => [name, inventoryOf(fixture(name)), name === "small" ? smallFacts : {}] as const),
  ["rich", richInventory(), richFacts()] as const,
];
const withPipeline = inventoryOf(
  `${fixture("small")}\ninfrastructure: { runs-in: { github: { repository: example-org/mirrors } } }\n`,
);

describe.each(inventories)("the stacks of %s", (_, inventory, facts) => {
  const stacks = readRights(inventory, facts);

  test("have only resources of which it is known what they need", () => {
    expect(stacks.filter(({ read, change }) => change.length > 0 && read.length > 0)).not.toEqual([]);
  });

  test("need no wildcards, and nothing twice", () => {
    for (const { read, change } of stacks) {
      const all = [...read, ...change];
      expect(all.filter((right) => !/^[A-Za-z][A-Za-z0-9./:-]*$/.test(right))).toEqual([]);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test("are planned without rights to change anything", () => {
    const changing =
      /:(Create|Delete|Put|Update|Add|Remove|Tag|Untag|Change|Set)|(admin|owner|User)$|\/(write|delete)$/i;
    expect(stacks.flatMap(({ read }) => read.filter((right) => changing.test(right)))).toEqual([]);
  });
});

test("bootstrap with a pipeline is known, too", () => {
  const rights = readRights(withPipeline, smallFacts).filter(({ stack }) => stack.endsWith("bootstrap"));
  expect(rights.map(({ stack }) => stack)).toEqual(["aws-bootstrap", "azure-bootstrap", "google-bootstrap"]);
});

test("objects of a mirror may be deleted only while it is retired", () => {
  const text = fixture("small");
  const retired = text.replace("eu-west-1: { bucket: {}", "eu-west-1: { state: retired, bucket: {}");
  expect(retired).not.toBe(text);
  const storage = (of: string) => readRights(inventoryOf(of), smallFacts, ["aws-storage"])[0];
  expect(storage(text)).toMatchObject({ buckets: [] });
  expect(storage(text)?.change).not.toContain("s3:DeleteObjectVersion");
  expect(storage(retired)).toMatchObject({ buckets: ["artifacts-aws-eu-west-1"] });
  expect(storage(retired)?.change).toContain("s3:DeleteObjectVersion");
});

test("another mirror needs no other rights", () => {
  const text = fixture("small");
  const more = text.replace("      eu-west-1: {", "      ap-east-1: { bucket: {} }\n      eu-west-1: {");
  expect(more).not.toBe(text);
  expect(readRights(inventoryOf(more), smallFacts, ["aws-storage"])).toEqual(
    readRights(inventoryOf(text), smallFacts, ["aws-storage"]),
  );
});
