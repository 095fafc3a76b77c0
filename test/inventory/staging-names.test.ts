import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { composeNames } from "../../inventory/compose-names";
import type { Draft } from "../../inventory/draft";
import {
  stagingAccountName,
  stagingBucketName,
  stagingRegistryName,
  stagingRepositoryName,
} from "../../inventory/names";
import { readPromotionInventory } from "./promotion-fixture";

const file = join(__dirname, "..", "fixtures", "inventories", "promotion.yaml");

test("the rules check the names that staging areas get", () => {
  const composed = new Set(composeNames(parse(readFileSync(file, "utf8")) as Draft).map(({ name }) => name));
  const { staging } = readPromotionInventory();
  const names = staging.flatMap(({ registry, bucket }) => [registry?.name, bucket?.name]);
  expect(names).toHaveLength(6);
  expect(names.filter((name) => name === undefined || !composed.has(name))).toEqual([]);
});

test("the longest names are within the limits, and differ", () => {
  const project = "a".repeat(19);
  const provider = "b".repeat(20);
  const areas = ["c".repeat(55), `${"c".repeat(54)}d`];
  for (const compose of [stagingBucketName, stagingAccountName, stagingRegistryName]) {
    const [one = "", other] = areas.map((area) => compose(project, provider, area));
    const most = { stagingBucketName: 63, stagingAccountName: 24, stagingRegistryName: 50 }[compose.name];
    expect(one).toHaveLength(most ?? 0);
    expect(other).not.toBe(one);
  }
  expect(areas.map(stagingRepositoryName).map(({ length }) => length)).toEqual([63, 63]);
});
