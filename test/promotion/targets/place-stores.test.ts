import type { DeployedFacts } from "../../../facts/deployed-facts";
import type { Inventory } from "../../../inventory/inventory";
import { placeStores } from "../../../promotion/targets/place-stores";
import type { StorePlace } from "../../../promotion/targets/store-place";
import { readPromotionInventory } from "../../inventory/promotion-fixture";

const facts: DeployedFacts = {
  aws: { alias: "a1b2c3d4" },
  azure: { promoter: { client: "the-client", tenant: "the-tenant" } },
};

function describePlace(place: StorePlace): string {
  const { mirror, kind, filling, isOrigin, mayRemove } = place;
  const marks = [filling, ...(isOrigin ? ["origin"] : []), ...(mayRemove ? ["may remove"] : [])].join(", ");
  return `${mirror} ${kind} (${marks}): ${locate(place)}`;
}

function locate(place: StorePlace): string {
  if (place.kind === "registry") {
    const { host, root, repositories } = place;
    return [host, root].filter(Boolean).join("/") + (repositories ? ` [${repositories}]` : "");
  }
  const { bucket, key } = place;
  switch (bucket.at) {
    case "google":
      return `gs://${bucket.bucket}/${key}`;
    case "aws":
      return `s3://${bucket.bucket}/${key} in ${bucket.region}`;
    case "azure":
      return `https://${bucket.account}.blob/${bucket.container}/${key}`;
    case "s3":
      return `${bucket.endpoint}/${bucket.bucket}/${key} by ${bucket.credentials}`;
    case "web":
      return `${bucket.url} for ${key}`;
  }
}

test("every store of the inventory", () => {
  const { places, unplaced } = placeStores(readPromotionInventory(), facts);
  expect(places.map(describePlace)).toEqual([
    "aws/eu-west-1 blobs (cloud): s3://artifacts-aws-eu-west-1/containers/images/{digest} in eu-west-1",
    "aws/eu-west-1 files (cloud): s3://artifacts-aws-eu-west-1/{path} in eu-west-1",
    "aws/us-east-1 blobs (run): s3://artifacts-aws-us-east-1/containers/images/{digest} in us-east-1",
    "aws/us-east-1 files (run): s3://artifacts-aws-us-east-1/{path} in us-east-1",
    "aws/us-east-1 registry (run): public.ecr.aws/a1b2c3d4 [pause]",
    "azure/eastus blobs (cloud): https://artifactazureeastus14tum.blob/artifacts/containers/images/{digest}",
    "azure/eastus files (cloud): https://artifactazureeastus14tum.blob/artifacts/{path}",
    "azure/uksouth blobs (run): https://artifacazureuksouth35psd.blob/artifacts/containers/images/{digest}",
    "azure/uksouth files (run): https://artifacazureuksouth35psd.blob/artifacts/{path}",
    "azure/westeurope blobs (run): https://artifacazurewesteur2yyri.blob/artifacts/containers/images/{digest}",
    "azure/westeurope files (run): https://artifacazurewesteur2yyri.blob/artifacts/{path}",
    "azure/westeurope registry (run): artifactsazure56m68.azurecr.io",
    "google/europe-west1 files (cloud): gs://artifacts-gcp-europe-west1/{path}",
    "google/us-central1 files (run, origin, may remove): gs://artifacts-gcp-us-central1/{path}",
    "google/europe-west1 registry (run): europe-west1-docker.pkg.dev/artifacts-example/images",
    "google/us-central1 registry (run, origin, may remove): us-central1-docker.pkg.dev/artifacts-example/images",
    "hoster/falkenstein blobs (run, may remove): https://fsn1.hoster.example.net/artifacts/images/{digest} by HOSTER",
    "hoster/falkenstein files (run, may remove): https://fsn1.hoster.example.net/artifacts/files/{path} by HOSTER",
    "hoster/falkenstein registry (run, may remove): registry.hoster.example.net/artifacts",
    "university/library files (donor): https://mirror.university.example/artifacts/{key} for {path}",
  ]);
  expect(unplaced).toEqual([]);
});

test("the promoter's role at AWS, and its identity at Azure", () => {
  const { places } = placeStores(readPromotionInventory(), facts);
  const bucket = (name: string) => places.find(({ mirror, kind }) => `${mirror} ${kind}` === name);
  const identities = { awsRole: "arn:aws:iam::123456789012:role/artifacts-aws-promoter" };
  expect(bucket("aws/us-east-1 files")).toMatchObject({ bucket: { identities } });
  expect(bucket("aws/us-east-1 registry")).toMatchObject({ login: { identities } });
  expect(bucket("azure/westeurope files")).toMatchObject({
    bucket: { identities: { azure: { client: "the-client", tenant: "the-tenant" } } },
  });
  expect(bucket("hoster/falkenstein registry")).toMatchObject({ login: { credentials: "HOSTER" } });
});

test("without the alias of its public registry, AWS has no registry yet", () => {
  expect(placeStores(readPromotionInventory(), {}).unplaced).toEqual([
    {
      mirror: "aws/us-east-1",
      kind: "registry",
      filling: "run",
      message: "the alias of aws's public registry is not in deployed.yaml",
      fix: "Deploy the stack aws-storage, and run `mirrorform facts`.",
    },
  ]);
});

/** The inventory with another mirror at one provider. */
function withMirror(provider: string, mirror: string, change: object): Inventory {
  const inventory = readPromotionInventory();
  const providers = inventory.providers.map((each) => {
    if (each.key !== provider) return each;
    const mirrors = each.mirrors.map((known) => (known.key === mirror ? { ...known, ...change } : known));
    return { ...each, mirrors };
  });
  return { ...inventory, providers } as Inventory;
}

test("the account of ECR Public is known, because every account may have a repository of the same name", () => {
  const place = placeStores(readPromotionInventory(), facts).places.find(
    ({ mirror, kind }) => mirror === "aws/us-east-1" && kind === "registry",
  );
  expect(place).toMatchObject({ account: "123456789012" });
});

const targetsOf = (inventory: Inventory, mirror: string) =>
  placeStores(inventory, facts)
    .places.filter((place) => place.mirror === mirror)
    .map(({ kind }) => kind);

test("a bucket at Google gets blobs if the mirror has no registry", () => {
  const inventory = withMirror("google", "europe-west1", { registry: undefined });
  expect(targetsOf(inventory, "google/europe-west1")).toEqual(["blobs", "files"]);
});

test("and if the cloud copies it to one that needs them", () => {
  const without = withMirror("google", "europe-west1", { registry: undefined });
  const inventory = {
    ...without,
    providers: without.providers.map((each) => (each.key === "google" ? { ...each, primary: "us-central1" } : each)),
  } as Inventory;
  expect(targetsOf(inventory, "google/us-central1")).toEqual(["blobs", "files", "registry"]);
});

test("a retired mirror has no targets", () => {
  expect(targetsOf(withMirror("aws", "us-east-1", { state: "retired" }), "aws/us-east-1")).toEqual([]);
});

describe("a donor's mirror", () => {
  const donated = (change: object) => placeStores(withMirror("university", "library", change), facts);

  test("a registry", () => {
    const { places } = donated({ files: undefined, registry: "https://registry.university.example/v2/k8s" });
    expect(places.filter(({ mirror }) => mirror === "university/library")).toMatchObject([
      { kind: "registry", filling: "donor", host: "registry.university.example", root: "k8s" },
    ]);
  });

  test("blobs by digest", () => {
    const { places } = donated({ blobs: "https://cdn.university.example/{digest}?raw" });
    expect(places).toContainEqual(
      expect.objectContaining({
        kind: "blobs",
        bucket: { at: "web", url: "https://cdn.university.example/{key}?raw" },
      }),
    );
  });

  test("blobs by repository cannot be verified", () => {
    expect(donated({ blobs: "https://cdn.university.example/{name}/{digest}" }).unplaced).toEqual([
      expect.objectContaining({
        mirror: "university/library",
        kind: "blobs",
        filling: "donor",
        fix: "Use a URL with {digest} only.",
      }),
    ]);
  });
});
