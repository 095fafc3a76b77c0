import { mirrorStores } from "../../inventory/mirror-stores";
import { readPromotionInventory } from "./promotion-fixture";

test("every store that promotion fills or verifies, and how", () => {
  const lines = mirrorStores(readPromotionInventory()).map(
    ({ mirror, kind, filling, from, address }) =>
      `${mirror} ${kind}: ${filling}${from === undefined ? "" : ` from ${from}`}, ${address ?? "no address"}`,
  );
  expect(lines).toEqual([
    "aws/eu-west-1 bucket: cloud from aws/us-east-1, s3://artifacts-aws-eu-west-1",
    "aws/us-east-1 bucket: run, s3://artifacts-aws-us-east-1",
    "aws/us-east-1 registry: run, no address",
    "azure/eastus bucket: cloud from azure/westeurope, https://artifactazureeastus14tum.blob.core.windows.net/artifacts",
    "azure/uksouth bucket: run, https://artifacazureuksouth35psd.blob.core.windows.net/artifacts",
    "azure/westeurope bucket: run, https://artifacazurewesteur2yyri.blob.core.windows.net/artifacts",
    "azure/westeurope registry: run, artifactsazure56m68.azurecr.io",
    "azure/eastus registry: cloud from azure/westeurope, artifactsazure56m68.azurecr.io",
    "azure/uksouth registry: cloud from azure/westeurope, artifactsazure56m68.azurecr.io",
    "google/europe-west1 bucket: cloud from google/us-central1, gs://artifacts-gcp-europe-west1",
    "google/us-central1 bucket: run, gs://artifacts-gcp-us-central1",
    "google/europe-west1 registry: run, europe-west1-docker.pkg.dev/artifacts-example/images",
    "google/us-central1 registry: run, us-central1-docker.pkg.dev/artifacts-example/images",
    "hoster/falkenstein bucket: run, https://fsn1.hoster.example.net/artifacts",
    "hoster/falkenstein registry: run, registry.hoster.example.net/artifacts",
    "university/library bucket: donor, no address",
  ]);
});
