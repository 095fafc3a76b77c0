import type { App } from "cdktf";
import type { GoogleMirror, Inventory, MirrorState } from "../../../inventory/inventory";
import { GoogleStorageStack } from "../../../stacks/google/storage";
import { withoutPromotion } from "../../inventory/without-promotion";
import { addresses, resourcesOf, synthesizedStack } from "../synthesized";
import { googleProvider } from "./google-inventory";

const mirror = (region: string, members: Partial<GoogleMirror> = {}): GoogleMirror => ({
  key: region,
  region,
  state: "active",
  weight: 1,
  complete: false,
  trusted: false,
  withdrawal: false,
  avoid: { asns: [], countries: [], prefixes: [] },
  serves: [],
  registry: { immutableTags: false },
  bucket: { name: `artifacts-google-${region}` },
  ...members,
});

const inventory = { project: { name: "artifacts" }, ...withoutPromotion } as Inventory;

const synthesize = (mirrors: readonly GoogleMirror[], primary?: string) =>
  synthesizedStack(
    (app: App) =>
      new GoogleStorageStack(app, "google-storage", {
        inventory,
        provider: googleProvider(mirrors, primary === undefined ? {} : { primary }),
      }),
  );

const two = [mirror("europe-west1"), mirror("us-central1")];

test("state and provider belong to the project", () => {
  const { terraform, provider } = synthesize(two);
  expect(terraform).toMatchObject({
    backend: { gcs: { bucket: "artifacts-terraform-state", prefix: "google-storage" } },
  });
  expect(provider.google).toEqual([
    { project: "artifacts-prod", default_labels: { project: "artifacts", "managed-by": "mirrorform" } },
  ]);
});

test("every API is enabled once and never disabled", () => {
  const services = resourcesOf(synthesize(two), "google_project_service");
  expect(services.map(({ service }) => service)).toEqual([
    "artifactregistry.googleapis.com",
    "storage.googleapis.com",
    "storagetransfer.googleapis.com",
  ]);
  for (const service of services) expect(service).toMatchObject({ disable_on_destroy: false });
});

test("a bucket is publicly readable but not listable", () => {
  const stack = synthesize([mirror("us-central1")]);
  expect(resourcesOf(stack, "google_storage_bucket")).toMatchObject([
    {
      name: "artifacts-google-us-central1",
      location: "us-central1",
      uniform_bucket_level_access: true,
      public_access_prevention: "inherited",
      versioning: { enabled: true },
      soft_delete_policy: { retention_duration_seconds: 604_800 },
    },
  ]);
  const readers = resourcesOf(stack, "google_storage_bucket_iam_member");
  expect(readers).toMatchObject([{ member: "allUsers", role: "roles/storage.legacyObjectReader" }]);
});

test("a registry is publicly readable, and its tags can be removed", () => {
  const stack = synthesize([mirror("us-central1")]);
  expect(resourcesOf(stack, "google_artifact_registry_repository")).toMatchObject([
    {
      repository_id: "images",
      location: "us-central1",
      format: "DOCKER",
      docker_config: { immutable_tags: false },
    },
  ]);
  expect(resourcesOf(stack, "google_artifact_registry_repository_iam_member")).toMatchObject([
    { member: "allUsers", role: "roles/artifactregistry.reader", location: "us-central1" },
  ]);
});

test.each<[MirrorState, boolean]>([
  ["active", true],
  ["draining", true],
  ["retired", false],
])("the stores of a mirror that is %s: protected is %s", (state, isProtected) => {
  const stack = synthesize([mirror("us-central1", { state })]);
  for (const type of ["google_storage_bucket", "google_artifact_registry_repository"]) {
    expect(resourcesOf(stack, type)).toMatchObject([{ lifecycle: { prevent_destroy: isProtected } }]);
  }
  expect(resourcesOf(stack, "google_storage_bucket")).toMatchObject([{ force_destroy: !isProtected }]);
});

test.each<[string, GoogleMirror[], string | undefined, string[]]>([
  ["from the primary to the others", two, "us-central1", ["europe-west1"]],
  ["not without a primary", two, undefined, []],
  ["not if the primary has no bucket", [...two, mirrorWithout("asia-east1")], "asia-east1", []],
  ["not with a single mirror", [mirror("us-central1")], "us-central1", []],
  ["not to a retired mirror", [...two, mirror("us-west1", { state: "retired" })], "us-central1", ["europe-west1"]],
])("replication: %s", (_, mirrors, primary, regions) => {
  const jobs = resourcesOf(synthesize(mirrors, primary), "google_storage_transfer_job");
  expect(jobs.map(({ description }) => description)).toEqual(
    regions.map((region) => `Artifacts from ${primary} to ${region}`),
  );
});

function mirrorWithout(region: string): GoogleMirror {
  const { bucket: _, ...rest } = mirror(region);
  return rest;
}

test("replication runs hourly, and its agent reads one end and writes to the other", () => {
  const stack = synthesize(two, "us-central1");
  expect(resourcesOf(stack, "google_storage_transfer_job")).toMatchObject([
    {
      schedule: { repeat_interval: "3600s" },
      transfer_spec: { transfer_options: { overwrite_when: "DIFFERENT", delete_objects_unique_in_sink: false } },
    },
  ]);
  const grants = resourcesOf(stack, "google_storage_bucket_iam_member").filter(({ member }) => member !== "allUsers");
  const of = (region: string) => expect.stringContaining(`bucket-${region}`);
  expect(grants.map(({ bucket, role }) => ({ bucket, role }))).toEqual([
    { bucket: of("us-central1"), role: "roles/storage.legacyBucketReader" },
    { bucket: of("us-central1"), role: "roles/storage.objectViewer" },
    { bucket: of("europe-west1"), role: "roles/storage.legacyBucketWriter" },
  ]);
});

test("another mirror only adds addresses", () => {
  const before = addresses(synthesize(two, "us-central1"));
  const after = addresses(synthesize([mirror("africa-south1"), ...two], "us-central1"));
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBeGreaterThan(before.length);
});
