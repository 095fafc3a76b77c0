import { stagingSource } from "../../inventory/staging-source";
import { readPromotionInventory } from "./promotion-fixture";

test.each([
  [
    "kubernetes",
    {
      registry: "us-central1-docker.pkg.dev/artifacts-example/staging-kubernetes",
      bucket: "gs://artifacts-gcp-staging-kubernetes/",
    },
  ],
  [
    "etcd",
    {
      registry: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/staging/etcd",
      bucket: "s3://artifacts-aws-staging-etcd/",
    },
  ],
  [
    "charts",
    {
      registry: "artifactsazurestagingcharts4965e.azurecr.io",
      bucket: "https://artifacazurestaging4965e.blob.core.windows.net/artifacts/",
    },
  ],
  ["unknown", undefined],
])("%s is staged at its cloud's address", (project, expected) => {
  expect(stagingSource(readPromotionInventory(), project)).toEqual(expected);
});
