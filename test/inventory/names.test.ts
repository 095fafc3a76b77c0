import * as fc from "fast-check";
import type { Draft } from "../../inventory/draft";
import { findNameProblem } from "../../inventory/find-name-problem";
import {
  bucketName,
  containerRegistryName,
  identityPoolName,
  planIdentityPoolName,
  plannerName,
  promoterName,
  redirectorName,
  replicationRoleName,
  resourceGroupName,
  starterName,
  stateAccountName,
  stateBucketName,
  storageAccountName,
} from "../../inventory/names";
import { regions } from "../../inventory/region";
import type { Rule } from "../../inventory/rule";
import { nameAwsBucket } from "../../inventory/rules/name-aws-bucket";
import { nameCollision } from "../../inventory/rules/name-collision";
import { nameGoogleBucket } from "../../inventory/rules/name-google-bucket";
import { nameStorageAccount } from "../../inventory/rules/name-storage-account";
import { runs } from "../property-runs";

const messages = (rule: Rule, draft: Draft) =>
  [...rule.check(draft, { today: "2026-11-21", allowPrivateMirrors: false })].map(({ message }) => message);
const holding = (cloud: "google" | "aws" | "azure", name: string): Draft => {
  const region = { google: "us-central1", aws: "us-east-2", azure: "westeurope" }[cloud];
  return { providers: { donor: { cloud, mirrors: { [region]: { bucket: { name } } } } } };
};

test("names are composed from keys", () => {
  expect(bucketName("k8s-artifacts", "aws", "us-east-2")).toBe("k8s-artifacts-aws-us-east-2");
  expect(bucketName("k8s-artifacts", "google", "us-central1")).toBe("k8s-artifacts-gcp-us-central1");
  expect(storageAccountName("k8s-artifacts", "azure", "westeurope")).toMatch(/^k8sartiazurewesteur[a-z0-9]{5}$/);
  expect(containerRegistryName("k8s-artifacts", "azure")).toMatch(/^k8sartifactsazure[a-z0-9]{5}$/);
  expect(stateAccountName("k8s-artifacts", "azure")).toMatch(/^k8sartiazuretfstate[a-z0-9]{5}$/);
  expect(stateBucketName("k8s-artifacts", "aws")).toBe("k8s-artifacts-aws-terraform-state");
  expect(redirectorName("k8s-artifacts", "aws")).toBe("k8s-artifacts-aws-redirector");
  expect(redirectorName("k8s-artifacts", "google")).toMatch(/^k8s-arti-google-redirect-[a-z0-9]{5}$/);
  expect(replicationRoleName("k8s-artifacts", "aws")).toBe("k8s-artifacts-aws-replication");
});

/** Keys that could be confused: with hyphens or without, or with another name of Google. */
const key = fc
  .array(fc.constantFrom("a", "b", "x", "north", "south", "google", "gcp", "-", "1", "east"), {
    minLength: 2,
    maxLength: 6,
  })
  .map((pieces) => pieces.join("").slice(0, 20))
  .filter((text) => findNameProblem(text, 20) === undefined);
const project = fc.stringMatching(/^[a-z][a-z0-9-]{0,17}[a-z0-9]$/);
const regionOf = (cloud: "google" | "aws" | "azure") =>
  fc.constantFrom(...regions.filter((region) => region.cloud === cloud).map(({ region }) => region));

/** Every kind of composed name, the form that its cloud accepts, and whether there is one per region. */
const kinds = [
  {
    what: "a bucket at Google",
    cloud: "google",
    of: bucketName,
    limits: /^(?!.*google)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  },
  { what: "a bucket at AWS", cloud: "aws", of: bucketName, limits: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/ },
  { what: "a storage account", cloud: "azure", of: storageAccountName, limits: /^[a-z0-9]{3,24}$/ },
  { what: "a container registry", cloud: "azure", of: containerRegistryName, limits: /^[a-z0-9]{5,50}$/ },
  { what: "a state account", cloud: "azure", of: stateAccountName, limits: /^[a-z0-9]{3,24}$/ },
  {
    what: "a state bucket",
    cloud: "google",
    of: stateBucketName,
    limits: /^(?!.*google)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  },
  { what: "a resource group", cloud: "azure", of: resourceGroupName, limits: /^[a-z0-9-]{1,90}$/ },
  { what: "the redirector", cloud: "google", of: redirectorName, limits: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/ },
  { what: "the promoter", cloud: "google", of: promoterName, limits: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/ },
  { what: "the planner", cloud: "google", of: plannerName, limits: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/ },
  { what: "the promoter's starter", cloud: "google", of: starterName, limits: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/ },
  {
    what: "the identity pool",
    cloud: "google",
    of: identityPoolName,
    limits: /^(?!gcp-)[a-z][a-z0-9-]{2,30}[a-z0-9]$/,
  },
  {
    what: "the identity pool of plans",
    cloud: "google",
    of: planIdentityPoolName,
    limits: /^(?!gcp-)[a-z][a-z0-9-]{2,30}[a-z0-9]$/,
  },
  { what: "the role of replication", cloud: "aws", of: replicationRoleName, limits: /^[a-z0-9-]{1,64}$/ },
] as const;

test.each(kinds)("$what fits, and is unique per provider and region", ({ what, cloud, of, limits }) => {
  const isRegional = what.startsWith("a bucket") || what === "a storage account";
  // The rule name/google-bucket checks projects with Google's own name.
  const projects = project.filter((name) => !/goo?g|g00g/.test(name));
  fc.assert(
    fc.property(projects, key, key, regionOf(cloud), regionOf(cloud), (name, one, two, here, there) => {
      const [first, second] = [of(name, one, here), of(name, two, there)];
      expect(first).toMatch(limits);
      expect(of(name, one, here)).toBe(first);
      expect(first === second).toBe(one === two && (here === there || !isRegional));
    }),
    { ...runs(300), examples: [["aa", "gcpgoogle", "googlegcp", regions[0]?.region ?? "", regions[0]?.region ?? ""]] },
  );
});

describe("written names", () => {
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
  ])("%s at Google: %s", (name, isValid) => {
    expect(messages(nameGoogleBucket, holding("google", name)).length).toBe(isValid ? 0 : 1);
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
  ])("%s at AWS: %s", (name, isValid) => {
    expect(messages(nameAwsBucket, holding("aws", name)).length).toBe(isValid ? 0 : 1);
  });

  test.each([
    ["files1", true],
    ["a".repeat(24), true],
    ["a".repeat(25), false],
    ["ab", false],
    ["prod-files", false],
    ["Files", false],
  ])("%s at Azure: %s", (name, isValid) => {
    expect(messages(nameStorageAccount, holding("azure", name)).length).toBe(isValid ? 0 : 1);
  });
});

describe("composed names", () => {
  const project = { name: "a-project-of-20-chars" };

  test("are checked for what shortening cannot fix", () => {
    const google: Draft = {
      project: { name: "google-files" },
      providers: { cloud: { cloud: "google", mirrors: { "us-central1": { bucket: {} } } } },
    };
    expect(messages(nameGoogleBucket, google).length).toBe(2);
  });

  test("do not repeat a problem with an unknown region", () => {
    const draft: Draft = { project, providers: { aws: { cloud: "aws", mirrors: { "US EAST": { bucket: {} } } } } };
    expect(messages(nameAwsBucket, draft)).toEqual([]);
  });
});

describe("a collision", () => {
  const project = { name: "artifacts" };

  test("does not occur between two providers at one cloud", () => {
    const mirrors = { westeurope: { bucket: {}, registry: {} } };
    const draft: Draft = { project, providers: { one: { cloud: "azure", mirrors }, two: { cloud: "azure", mirrors } } };
    expect(messages(nameCollision, draft)).toEqual([]);
  });

  test("occurs between a bucket and the state bucket", () => {
    const mirrors = { "us-east-2": { bucket: { name: "artifacts-aws-terraform-state" } } };
    const draft: Draft = { project, providers: { aws: { cloud: "aws", mirrors } } };
    expect(messages(nameCollision, draft).length).toBe(1);
  });

  test("occurs between repositories in one account or project", () => {
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

  test("does not occur between clouds, or between states that share a bucket", () => {
    const aws = { cloud: "aws", mirrors: { "us-east-2": { bucket: { name: "files" } } } } as const;
    const google = { cloud: "google", mirrors: { "us-central1": { bucket: { name: "files" } } } } as const;
    expect(messages(nameCollision, { project, providers: { aws, google } })).toEqual([]);
    expect(messages(nameCollision, { project, providers: { one: { cloud: "aws" }, two: { cloud: "aws" } } })).toEqual(
      [],
    );
  });
});
