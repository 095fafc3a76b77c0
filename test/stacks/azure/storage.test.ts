import { azureRegistryPlaces } from "../../../inventory/azure-registry-places";
import type { AzureMirror, AzureProvider, Inventory, MirrorState } from "../../../inventory/inventory";
import { AzureStorageStack } from "../../../stacks/azure/storage";
import { withoutPromotion } from "../../inventory/without-promotion";
import { addresses, resourcesOf, synthesizedStack } from "../synthesized";

const mirror = (region: string, members: Partial<AzureMirror> = {}): AzureMirror => ({
  key: region,
  region,
  state: "active",
  weight: 1,
  complete: false,
  trusted: false,
  withdrawal: false,
  avoid: { asns: [], countries: [], prefixes: [] },
  serves: [],
  registry: {},
  bucket: { name: `artifacts${region}`, filledBy: "replication" },
  ...members,
});

const mirrors = (...regions: string[]) => regions.map((region) => mirror(region));

const byPromotion = (region: string) =>
  mirror(region, { bucket: { name: `artifacts${region}`, filledBy: "promotion" } });

const bucketless = (region: string): AzureMirror => {
  const { bucket: _, ...rest } = mirror(region);
  return rest;
};

const provider = (mirrors: readonly AzureMirror[], primary?: string): AzureProvider => ({
  key: "azure",
  cloud: "azure",
  subscription: "00000000-0000-0000-0000-000000000000",
  resourceGroup: "artifacts-azure",
  stateResourceGroup: "artifacts-terraform-state",
  stateAccount: "artifactstfstate",
  registryName: "artifacts",
  networks: [],
  mirrors,
  ...(primary !== undefined && { primary }),
});

const inventory = { project: { name: "artifacts" }, ...withoutPromotion } as Inventory;

const synthesize = (mirrors: readonly AzureMirror[], primary?: string) =>
  synthesizedStack(
    (app) => new AzureStorageStack(app, "azure-storage", { inventory, provider: provider(mirrors, primary) }),
  );

test("state and provider access storage without keys", () => {
  const { terraform, provider } = synthesize(mirrors("eastus"));
  expect(terraform).toMatchObject({
    backend: {
      azurerm: {
        resource_group_name: "artifacts-terraform-state",
        storage_account_name: "artifactstfstate",
        key: "azure-storage",
        use_azuread_auth: true,
      },
    },
  });
  expect(provider.azurerm).toMatchObject([{ storage_use_azuread: true, resource_provider_registrations: "none" }]);
});

test("an account serves blobs publicly by name, over TLS and without keys", () => {
  const stack = synthesize(mirrors("eastus"));
  expect(resourcesOf(stack, "azurerm_storage_account")).toMatchObject([
    {
      name: "artifactseastus",
      location: "eastus",
      min_tls_version: "TLS1_2",
      https_traffic_only_enabled: true,
      shared_access_key_enabled: false,
      local_user_enabled: false,
      cross_tenant_replication_enabled: false,
      allow_nested_items_to_be_public: true,
      blob_properties: {
        versioning_enabled: true,
        change_feed_enabled: true,
        delete_retention_policy: { days: 30 },
        container_delete_retention_policy: { days: 30 },
      },
      tags: { project: "artifacts", "managed-by": "mirrorform" },
    },
  ]);
  expect(resourcesOf(stack, "azurerm_storage_container")).toMatchObject([
    { name: "artifacts", container_access_type: "blob", storage_account_id: expect.any(String) },
  ]);
});

test("a version can be restored for 30 days after it was replaced, however old it is", () => {
  const stack = synthesize(mirrors("eastus"));
  const [{ rule } = {}] = resourcesOf(stack, "azurerm_storage_management_policy");
  // Azure counts from the creation, so an old version is deleted at once; soft deletion then keeps it for 30 days.
  expect(rule).toMatchObject([{ actions: { version: { delete_after_days_since_creation: 7 } } }]);
  expect(resourcesOf(stack, "azurerm_storage_account")).toMatchObject([
    { blob_properties: { delete_retention_policy: { days: 30 } } },
  ]);
});

test.each<[string, AzureMirror[], string | undefined, object]>([
  ["one region", mirrors("eastus"), undefined, { location: "eastus", sku: "Standard" }],
  [
    "several regions, replicated from the primary in alphabetical order",
    mirrors("eastasia", "eastus", "westeurope"),
    "eastus",
    { location: "eastus", sku: "Premium", georeplications: [{ location: "eastasia" }, { location: "westeurope" }] },
  ],
])("the registry allows anonymous pulls and has no administrator: %s", (_, mirrors, primary, expected) => {
  expect(resourcesOf(synthesize(mirrors, primary), "azurerm_container_registry")).toMatchObject([
    { name: "artifacts", admin_enabled: false, anonymous_pull_enabled: true, ...expected },
  ]);
});

test("a registry in several regions needs a home region", () => {
  expect(() => azureRegistryPlaces(provider(mirrors("eastus", "westeurope")))).toThrow(/providers\.azure: .*`primary`/);
});

test("there is no registry if no mirror has one", () => {
  const { registry: _, ...withoutRegistry } = mirror("eastus");
  expect(synthesize([withoutRegistry]).resource).not.toHaveProperty("azurerm_container_registry");
});

test.each<[MirrorState, MirrorState, { locked: boolean; isProtected: boolean }]>([
  ["active", "active", { locked: true, isProtected: true }],
  ["active", "draining", { locked: true, isProtected: true }],
  ["active", "retired", { locked: false, isProtected: true }],
  ["retired", "retired", { locked: false, isProtected: false }],
])("the registry of mirrors that are %s and %s: %j", (one, other, { locked, isProtected }) => {
  const stack = synthesize([mirror("eastus", { state: one }), mirror("westeurope", { state: other })], "eastus");
  expect(resourcesOf(stack, "azurerm_management_lock")).toHaveLength(locked ? 1 : 0);
  for (const type of ["azurerm_container_registry", "azurerm_resource_group"]) {
    expect(resourcesOf(stack, type)).toMatchObject([{ lifecycle: { prevent_destroy: isProtected } }]);
  }
});

test.each<[MirrorState, boolean]>([
  ["active", true],
  ["draining", true],
  ["retired", false],
])("the account of a mirror that is %s: protected is %s", (state, isProtected) => {
  const stack = synthesize([mirror("eastus", { state })]);
  for (const type of ["azurerm_storage_account", "azurerm_storage_container"]) {
    expect(resourcesOf(stack, type)).toMatchObject([{ lifecycle: { prevent_destroy: isProtected } }]);
  }
});

test.each<[string, AzureMirror[], string | undefined, string[]]>([
  ["from the primary to the others", mirrors("eastus", "uksouth", "westeurope"), "eastus", ["uksouth", "westeurope"]],
  ["not without a primary", mirrors("eastus"), undefined, []],
  ["not if the primary has no bucket", [bucketless("eastus"), mirror("uksouth")], "eastus", []],
  [
    "not to a mirror that promotion fills",
    [byPromotion("brazilsouth"), ...mirrors("eastus", "uksouth", "westeurope")],
    "eastus",
    ["uksouth", "westeurope"],
  ],
  [
    "not to a retired mirror",
    [mirror("brazilsouth", { state: "retired" }), ...mirrors("eastus", "uksouth", "westeurope")],
    "eastus",
    ["uksouth", "westeurope"],
  ],
])("replication: %s", (_, mirrors, primary, regions) => {
  const copies = resourcesOf(synthesize(mirrors, primary), "azurerm_storage_object_replication");
  expect(copies).toMatchObject(
    regions.map((region) => ({
      source_storage_account_id: expect.stringContaining(`bucket-${primary}`),
      destination_storage_account_id: expect.stringContaining(`bucket-${region}`),
      rules: [{ copy_blobs_created_after: "Everything" }],
    })),
  );
});

test("another mirror only adds addresses", () => {
  const before = addresses(synthesize(mirrors("eastus", "westeurope"), "eastus"));
  const after = addresses(synthesize(mirrors("eastasia", "eastus", "westeurope"), "eastus"));
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBeGreaterThan(before.length);
});
