import { createsState } from "../../stacks/creates-state";
import { fixture, inventoryOf } from "../routing/tables";
import { smallFacts, synthesizedStacks } from "./stacks";

const text = fixture("small");
const creators = (of: string) => {
  const inventory = inventoryOf(of);
  return inventory.providers.flatMap((provider) =>
    provider.cloud !== "external" && createsState(inventory, provider) ? [provider.key] : [],
  );
};

/** A second provider at Google in the same project, whose state is in the bucket of the first. */
const shared = text.replace(
  "\n  aws:\n",
  `
  another:
    cloud: google
    project: artifacts-example
    state-bucket: artifacts-gcp-terraform-state
    networks: []
    mirrors: { asia-east1: { bucket: {} } }
  aws:
`,
);

test("every provider at a cloud creates the place of its state", () => {
  expect(creators(text)).toEqual(["aws", "azure", "google"]);
});

test("of several providers that share a place, the first creates it", () => {
  expect(creators(shared)).toEqual(["another", "aws", "azure"]);
});

test("every backend is a place that a bootstrap stack creates", () => {
  const stacks = Object.values(synthesizedStacks(inventoryOf(shared), smallFacts)).map(({ json }) => json);
  const namesOf = (types: readonly string[]) =>
    stacks.flatMap(({ resource = {} }) =>
      types.flatMap((type) => Object.values(resource[type] ?? {}) as Record<string, unknown>[]),
    );
  const created = namesOf(["aws_s3_bucket", "google_storage_bucket", "azurerm_storage_account"]).map((each) =>
    String(each.bucket ?? each.name),
  );
  const backends = stacks.map(({ terraform }) => {
    const [backend] = Object.values((terraform as { backend: Record<string, Record<string, string>> }).backend);
    return backend?.bucket ?? backend?.storage_account_name;
  });
  expect(backends.filter((name) => !created.includes(String(name)))).toEqual([]);
});

test("a place of state is never destroyed, and never public", () => {
  const {
    "aws-bootstrap": aws,
    "azure-bootstrap": azure,
    "google-bootstrap": google,
  } = synthesizedStacks(inventoryOf(text), smallFacts);
  for (const [stack, type] of [
    [aws, "aws_s3_bucket"],
    [azure, "azurerm_storage_account"],
    [azure, "azurerm_storage_container"],
    [google, "google_storage_bucket"],
  ] as const) {
    const [body] = Object.values(stack?.json.resource?.[type] ?? {});
    expect(body).toMatchObject({ lifecycle: { prevent_destroy: true } });
  }
  expect(google?.text).toContain('"public_access_prevention": "enforced"');
  expect(azure?.text).toContain('"container_access_type": "private"');
});
