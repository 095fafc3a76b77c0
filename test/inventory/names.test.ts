import type { Draft } from "../../inventory/draft";
import { bucketName, containerRegistryName, storageAccountName } from "../../inventory/names";
import { nameAwsBucket } from "../../inventory/rules/name-aws-bucket";
import { nameCollision } from "../../inventory/rules/name-collision";
import { nameContainerRegistry } from "../../inventory/rules/name-container-registry";
import { nameGoogleBucket } from "../../inventory/rules/name-google-bucket";
import { nameStorageAccount } from "../../inventory/rules/name-storage-account";
import type { Rule } from "../../inventory/rules/rule";

const messages = (rule: Rule, draft: Draft) =>
  [...rule.check(draft, { today: "2026-11-21", allowPrivateMirrors: false })].map(({ message }) => message);
const holding = (cloud: "google" | "aws" | "azure", name: string): Draft => {
  const region = { google: "us-central1", aws: "us-east-2", azure: "westeurope" }[cloud];
  return { providers: { donor: { cloud, mirrors: { [region]: { bucket: { name } } } } } };
};

test("names are composed from keys", () => {
  expect(bucketName("k8s-artifacts", "aws", "us-east-2")).toBe("k8s-artifacts-aws-us-east-2");
  expect(bucketName("k8s-artifacts", "google", "us-central1")).toBe("k8s-artifacts-gcp-us-central1");
  expect(storageAccountName("k8s-artifacts", "westeurope")).toBe("k8sartifactswesteurope");
  expect(containerRegistryName("k8s-artifacts")).toBe("k8sartifacts");
});

describe("given names", () => {
  test.each([
    ["prod-files", true],
    ["prod_files", true],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    ["ab", false],
    ["Files", false],
    ["files.example.org", false],
    ["-files", false],
    ["goog-files", false],
    ["my-google-files", false],
    ["my-g0ogle-files", false],
  ])("%s at Google: %s", (name, isSound) => {
    expect(messages(nameGoogleBucket, holding("google", name)).length).toBe(isSound ? 0 : 1);
  });

  test.each([
    ["prod-files", true],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    ["ab", false],
    ["files.example.org", false],
    ["prod_files", false],
    ["files-", false],
    ["xn--files", false],
    ["sthree-files", false],
    ["amzn-s3-demo-files", false],
    ["files-s3alias", false],
    ["files--ol-s3", false],
    ["files--x-s3", false],
    ["files--table-s3", false],
  ])("%s at AWS: %s", (name, isSound) => {
    expect(messages(nameAwsBucket, holding("aws", name)).length).toBe(isSound ? 0 : 1);
  });

  test.each([
    ["files1", true],
    ["a".repeat(24), true],
    ["a".repeat(25), false],
    ["ab", false],
    ["prod-files", false],
    ["Files", false],
  ])("%s at Azure: %s", (name, isSound) => {
    expect(messages(nameStorageAccount, holding("azure", name)).length).toBe(isSound ? 0 : 1);
  });
});

describe("composed names", () => {
  const project = { name: "a-project-of-20-chars" };

  test("are held against each cloud's limits", () => {
    const key = "a-provider-of-20-char";
    const aws: Draft = {
      project,
      providers: { [key]: { cloud: "aws", mirrors: { "ap-southeast-1": { bucket: {} } } } },
    };
    expect(messages(nameAwsBucket, aws)).toEqual([]);
    const google: Draft = {
      project,
      providers: { [key]: { cloud: "google", mirrors: { "northamerica-northeast1": { bucket: {} } } } },
    };
    expect(messages(nameGoogleBucket, google)).toEqual([expect.stringContaining("has 67 characters")]);
    const azure: Draft = {
      project: { name: "k8" },
      providers: { azure: { cloud: "azure", mirrors: { eastus: { registry: {} } } } },
    };
    expect(messages(nameContainerRegistry, azure)).toEqual([expect.stringContaining('"k8"')]);
  });

  test("keep silent about a region that does not exist: that is told already", () => {
    const draft: Draft = { project, providers: { aws: { cloud: "aws", mirrors: { "US EAST": { bucket: {} } } } } };
    expect(messages(nameAwsBucket, draft)).toEqual([]);
  });
});

describe("a collision", () => {
  const project = { name: "artifacts" };

  test("of two providers' storage accounts, which do not carry the provider", () => {
    const mirrors = { westeurope: { bucket: {} } };
    const draft: Draft = { project, providers: { one: { cloud: "azure", mirrors }, two: { cloud: "azure", mirrors } } };
    expect(messages(nameCollision, draft)).toEqual([expect.stringContaining("artifactswesteurope")]);
  });

  test("of a bucket and the state's bucket", () => {
    const mirrors = { "us-east-2": { bucket: { name: "artifacts-terraform-state" } } };
    const draft: Draft = { project, providers: { aws: { cloud: "aws", mirrors } } };
    expect(messages(nameCollision, draft).length).toBe(1);
  });

  test("of repositories in one account or project", () => {
    const mirrors = { "us-east-1": { registry: { repositories: ["pause"] } } };
    const account = "123456789012";
    const aws: Draft = {
      project,
      providers: { one: { cloud: "aws", account, mirrors }, two: { cloud: "aws", account, mirrors } },
    };
    expect(messages(nameCollision, aws).length).toBe(1);
    const registry = { "us-central1": { registry: {} } };
    const google = { cloud: "google", project: "artifacts-example", mirrors: registry } as const;
    expect(messages(nameCollision, { project, providers: { one: google, two: google } }).length).toBe(1);
  });

  test("is none between clouds, nor between states that share a bucket", () => {
    const aws = { cloud: "aws", mirrors: { "us-east-2": { bucket: { name: "files" } } } } as const;
    const google = { cloud: "google", mirrors: { "us-central1": { bucket: { name: "files" } } } } as const;
    expect(messages(nameCollision, { project, providers: { aws, google } })).toEqual([]);
    expect(messages(nameCollision, { project, providers: { one: { cloud: "aws" }, two: { cloud: "aws" } } })).toEqual(
      [],
    );
  });
});
