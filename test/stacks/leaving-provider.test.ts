import { fixture, inventoryOf } from "../routing/tables";
import { addresses, type StackJson, synthesizedStacks } from "./stacks";

/** The text of an inventory whose providers at clouds, apart from the origin's, have a state. */
function withState(text: string, keys: readonly string[], state: "retired" | "emptied"): string {
  const unused = text
    .replace("published-at: [google, aws]", "published-at: [google]")
    .replace(/\n {4}aws: \[us-east-2, eu-west-1\]/, "");
  return keys.reduce(
    (before, key) => before.replace(`cloud: ${key}\n`, `cloud: ${key}\n    state: ${state}\n`),
    unused,
  );
}

const small = fixture("small");
const leaving = ["aws", "azure"];
const before = synthesizedStacks(inventoryOf(small), {});
const retired = synthesizedStacks(inventoryOf(withState(small, leaving, "retired")), {});
const emptied = synthesizedStacks(inventoryOf(withState(small, leaving, "emptied")), {});

/** The resources of a type, whatever their names. */
function bodies({ resource = {} }: StackJson, type: string): readonly Record<string, unknown>[] {
  return Object.values(resource[type] ?? {}) as Record<string, unknown>[];
}

describe("the first step, `state: retired`", () => {
  test("no store is protected any more, and none leaves its address", () => {
    for (const key of leaving) {
      const json: StackJson = retired[`${key}-storage`]?.json ?? {};
      for (const type of Object.keys(json.resource ?? {})) {
        for (const { lifecycle } of bodies(json, type))
          expect([type, lifecycle]).not.toEqual([type, expect.objectContaining({ prevent_destroy: true })]);
      }
    }
    expect(bodies(retired["aws-storage"]?.json ?? {}, "aws_s3_bucket")).toHaveLength(2);
  });

  test("a replicated registry at Azure loses its lock, and keeps its home and its replicas", () => {
    const { json: locked = {} } = before["azure-storage"] ?? {};
    const { json = {} } = retired["azure-storage"] ?? {};
    expect(bodies(locked, "azurerm_management_lock")).toHaveLength(1);
    expect(bodies(json, "azurerm_management_lock")).toEqual([]);
    const [registry] = bodies(json, "azurerm_container_registry");
    expect(registry).toMatchObject({ location: "westeurope", georeplications: [{ location: "eastus" }] });
  });

  test("nothing is copied there any more", () => {
    expect(bodies(retired["azure-storage"]?.json ?? {}, "azurerm_storage_object_replication")).toEqual([]);
    expect(bodies(retired["aws-storage"]?.json ?? {}, "aws_s3_bucket_replication_configuration")).toEqual([]);
  });
});

describe("the second step, `state: emptied`", () => {
  test("every stack that there was, and no resource", () => {
    const stacks = Object.keys(before).filter((name) => leaving.some((key) => name.startsWith(`${key}-`)));
    expect(stacks.sort()).toEqual([
      "aws-bootstrap",
      "aws-dns",
      "aws-redirector",
      "aws-storage",
      "azure-bootstrap",
      "azure-storage",
    ]);
    for (const name of stacks.filter((each) => !each.endsWith("-bootstrap")))
      expect(addresses(emptied[name] ?? { text: "", json: { resource: { lost: { a: {} } } }, elements: 0 }).size).toBe(
        0,
      );
  });

  test("the state, the account and the provider stay, so that the plan destroys what the state holds", () => {
    for (const name of ["aws-dns", "aws-redirector", "aws-storage", "azure-storage"]) {
      const [now, then] = [emptied[name]?.json, before[name]?.json];
      expect(now?.terraform).toEqual(then?.terraform);
      expect(now?.provider).toEqual(then?.provider);
    }
  });

  test("the place of the states and the audit log stay, and the promoter goes", () => {
    const promotion = fixture("promotion")
      .replace(/\n {2}etcd:\n {4}provider: aws.*?retention: 30/s, "")
      .replaceAll(/aws\/us-east-1(, )?/g, "");
    const left = synthesizedStacks(inventoryOf(withState(promotion, ["aws"], "emptied")), {});
    const { resource = {} } = left["aws-bootstrap"]?.json ?? {};
    expect(Object.keys(resource).filter((type) => !type.startsWith("aws_s3_"))).toEqual(["aws_cloudtrail"]);
    expect(resource).toHaveProperty("aws_s3_bucket");
  });

  test("staging is emptied too, in case there was some", () => {
    const names = Object.keys(emptied).filter((name) => leaving.some((key) => name.startsWith(`${key}-`)));
    expect(names).toEqual([
      "aws-staging",
      "aws-redirector",
      "aws-dns",
      "aws-storage",
      "aws-bootstrap",
      "azure-staging",
      "azure-storage",
      "azure-bootstrap",
    ]);
  });

  test("the other providers' stacks do not change, apart from what the leaving ones were named in", () => {
    expect(emptied["google-storage"]?.text).toBe(before["google-storage"]?.text);
  });
});
