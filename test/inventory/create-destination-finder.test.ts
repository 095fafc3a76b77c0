import { createDestinationFinder } from "../../inventory/create-destination-finder";
import { readPromotionInventory } from "./promotion-fixture";

const find = createDestinationFinder(readPromotionInventory());

test.each([
  ["us.gcr.io/k8s-artifacts-prod", { mirrors: ["google/us-central1"], path: "" }],
  ["us.gcr.io/k8s-artifacts-prod/kubernetes", { mirrors: ["google/us-central1"], path: "kubernetes" }],
  ["gs://k8s-artifacts-prod/binaries/kops/", { mirrors: "all", path: "kops" }],
  ["gs://k8s-artifacts-prod/binaries", { mirrors: "all", path: "" }],
  ["asia.gcr.io/k8s-artifacts-prod/etcd", { mirrors: [], path: "etcd" }],
  ["s3://artifacts-old/release", { mirrors: ["aws/us-east-1", "azure/westeurope"], path: "release" }],
  // The mirrors' own addresses.
  ["europe-west1-docker.pkg.dev/artifacts-example/images/etcd", { mirrors: ["google/europe-west1"], path: "etcd" }],
  ["artifactsazure56m68.azurecr.io", { mirrors: ["azure/westeurope", "azure/eastus", "azure/uksouth"], path: "" }],
  ["s3://artifacts-aws-eu-west-1", { mirrors: ["aws/eu-west-1"], path: "" }],
  // A name that only has the same beginning, a retired mirror, nothing.
  ["us.gcr.io/k8s-artifacts-production", undefined],
  ["asia-east1-docker.pkg.dev/artifacts-example/images", undefined],
  ["gs://k8s-artifacts-prod", undefined],
  ["", undefined],
])("%s", (destination, expected) => {
  expect(find(destination)).toEqual(expected);
});
