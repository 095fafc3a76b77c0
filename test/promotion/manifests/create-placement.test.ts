import { createPlacement } from "../../../promotion/manifests/create-placement";
import { mapDestination } from "../../../promotion/manifests/map-destination";
import { readPromotionInventory } from "../../inventory/promotion-fixture";

const placement = createPlacement(readPromotionInventory(), new Map([["public.ecr.aws/example", ["aws/us-east-1"]]]));

test.each([
  ["us.gcr.io/k8s-artifacts-prod", { mirrors: ["google/us-central1"], rest: "" }],
  ["us.gcr.io/k8s-artifacts-prod/kubernetes", { mirrors: ["google/us-central1"], rest: "kubernetes" }],
  ["gs://k8s-artifacts-prod/binaries/kops", { mirrors: "all", rest: "kops" }],
  ["asia.gcr.io/k8s-artifacts-prod/etcd", { mirrors: [], rest: "etcd" }],
  ["s3://artifacts-old/release", { mirrors: ["aws/us-east-1", "azure/westeurope"], rest: "release" }],
  // The mirrors' own addresses.
  ["europe-west1-docker.pkg.dev/artifacts-example/images/etcd", { mirrors: ["google/europe-west1"], rest: "etcd" }],
  ["artifactsazure56m68.azurecr.io", { mirrors: ["azure/eastus", "azure/uksouth", "azure/westeurope"], rest: "" }],
  ["s3://artifacts-aws-eu-west-1", { mirrors: ["aws/eu-west-1"], rest: "" }],
  ["public.ecr.aws/example/pause", { mirrors: ["aws/us-east-1"], rest: "pause" }],
  // A name that only has the same beginning, a retired mirror, nothing.
  ["us.gcr.io/k8s-artifacts-production", undefined],
  ["asia-east1-docker.pkg.dev/artifacts-example/images", undefined],
  ["gs://k8s-artifacts-prod", undefined],
])("the destination %s", (destination, expected) => {
  expect(mapDestination(destination, placement.destinations)).toEqual(expected);
});

test("a project's places are the inventory's", () => {
  expect(placement.stagingOf("kubernetes")).toEqual({
    registry: "us-central1-docker.pkg.dev/artifacts-example/staging-kubernetes",
    bucket: "gs://artifacts-gcp-staging-kubernetes/",
  });
  expect([placement.imagesAt("kubernetes"), placement.filesAt("kubernetes")]).toEqual([["", "kubernetes"], "release"]);
  expect([placement.imagesAt("other"), placement.filesAt("other")]).toEqual([["other"], "other"]);
  expect([placement.hasProject("etcd"), placement.hasProject("other")]).toEqual([true, false]);
  expect([placement.ownerOf("images", "etcd/debug"), placement.ownerOf("files", "other/x")]).toEqual([
    "etcd",
    undefined,
  ]);
});
