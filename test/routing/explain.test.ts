import { parseAddress } from "../../networks/parsed-address";
import { explain } from "../../routing/explain";
import type { TableMirror } from "../../routing/routing-table";
import { allHeld, known, request } from "./asking";
import { madeMirror, madeReplica, madeTable } from "./handmade-table";
import { allListed, fixture, inventoryOf, tableOf } from "./tables";

const digest = `sha256:${"0".repeat(64)}`;
const inventory = inventoryOf(
  fixture("small").replace(
    "westeurope: { registry: {}, bucket: {} }",
    "westeurope: { registry: {} , bucket: {}, state: draining }",
  ),
);
const table = tableOf(
  inventory,
  allListed(inventory, { aws: { distributions: { "eu-west-1": "d111111abcdef8.cloudfront.net" } } }),
);

function reasons(target: string, address: string): string[] {
  const { reasons: told } = explain(
    table,
    { method: "GET", target, host: "registry.example.org", address: parseAddress(address) },
    allHeld,
  );
  return told.map(({ mirror, chosen, reason }) => `${chosen ? "*" : " "} ${mirror}: ${reason}`);
}

test("a blob: every mirror in order of preference, with its reason", () => {
  expect(reasons(`/v2/pause/blobs/${digest}`, "52.94.76.1")).toMatchInlineSnapshot(`
[
  "* aws/us-east-1: is aws's, 3,503 km from us-west-2",
  "  aws/eu-west-1: is aws's, 7,315 km from us-west-2",
  "  store/germany: serves unaffiliated clients: weight 10, chosen by a hash of client and object",
  "  cdn/everywhere: serves unaffiliated clients: weight 20, chosen by a hash of client and object",
  "  google/us-central1: is the origin, the last fallback",
  "  azure/eastus: serves only azure's own clients",
  "  azure/westeurope: is draining: it serves only clients of its own region",
  "  google/europe-west1: serves only google's own clients",
]
`);
});

test("an unaffiliated client", () => {
  expect(reasons(`/v2/pause/blobs/${digest}`, "192.0.2.1")).toMatchInlineSnapshot(`
[
  "* store/germany: serves unaffiliated clients: weight 10, chosen by a hash of client and object",
  "  cdn/everywhere: serves unaffiliated clients: weight 20, chosen by a hash of client and object",
  "  google/us-central1: is the origin, the last fallback",
  "  aws/eu-west-1: serves only aws's own clients",
  "  aws/us-east-1: serves only aws's own clients",
  "  azure/eastus: serves only azure's own clients",
  "  azure/westeurope: is draining: it serves only clients of its own region",
  "  google/europe-west1: serves only google's own clients",
]
`);
});

test("a manifest comes from the origin", () => {
  expect(reasons("/v2/pause/manifests/latest", "52.94.76.1")).toMatchInlineSnapshot(`
[
  "* google/us-central1: is the origin, the last fallback",
  "  aws/eu-west-1: has no URL for manifests",
  "  aws/us-east-1: has no URL for manifests",
  "  azure/eastus: has no URL for manifests",
  "  azure/westeurope: has no URL for manifests",
  "  cdn/everywhere: has no URL for manifests",
  "  google/europe-west1: is not trusted to serve a manifest, which cannot be verified",
  "  store/germany: has no URL for manifests",
]
`);
});

test("a request without mirrors has no reasons, but names the network", () => {
  const told = explain(
    table,
    { method: "GET", target: "/v2/", host: "registry.example.org", address: parseAddress("52.94.76.1") },
    allHeld,
  );
  expect(told).toMatchObject({
    decision: { status: 200 },
    network: { provider: "aws", region: "us-west-2" },
    reasons: [],
  });
});

test("explain agrees with decide", () => {
  for (const address of ["52.94.76.1", "35.180.1.1", "35.220.26.1", "192.0.2.1", "5.9.0.1", "20.42.0.1"]) {
    const { decision, reasons: told } = explain(
      table,
      {
        method: "GET",
        target: `/v2/pause/blobs/${digest}`,
        host: "registry.example.org",
        address: parseAddress(address),
      },
      allHeld,
    );
    expect(told.filter(({ chosen }) => chosen).map(({ mirror }) => mirror)).toEqual([decision.mirror]);
    expect(told[0]?.chosen).toBe(true);
    expect(told).toHaveLength(table.content.mirrors.length);
  }
});

describe("the words for every reason", () => {
  const paris = { latitude: 48.86, longitude: 2.35 };
  const networks = {
    "198.51.100.0/24": { provider: "aws", region: "eu-west-3", place: paris },
    "203.0.113.0/24": { provider: "aws", country: "FR", place: paris },
    "10.1.0.0/24": { provider: "aws" },
    "192.0.2.0/24": { country: "FR", place: paris, avoidedBy: ["a/mirror"] },
  };
  const told = (mirror: TableMirror, address: string, target = "/bin/kubectl", conditions = allHeld) => {
    const made = madeTable([mirror, madeReplica("z/replica", { trusted: true })], networks);
    return explain(made, request({ address, target }), conditions).reasons.find(({ mirror: id }) => id === mirror.id)
      ?.reason;
  };
  const open = madeMirror("a/mirror", { weight: 7, place: { latitude: 40.71, longitude: -74 } });
  const trusted = madeReplica("a/mirror", { weight: 7, trusted: true });

  test.each<[string, string | undefined]>([
    ["is in the client's own region, eu-west-3", told(madeMirror("aws/a", { region: "eu-west-3" }), "198.51.100.1")],
    ["serves eu-west-3, as the inventory says", told(madeMirror("aws/a", { serves: ["eu-west-3"] }), "198.51.100.1")],
    [
      "serves eu-west-*, a pattern that matches eu-west-3",
      told(madeMirror("aws/a", { serves: ["eu-*", "eu-west-*"] }), "198.51.100.1"),
    ],
    ["is aws's, 0 km from FR", told(madeMirror("aws/a", { place: paris }), "203.0.113.1")],
    ["is aws's, and counts as near every client", told(madeMirror("aws/a"), "203.0.113.1")],
    ["is aws's primary, used when the region is unknown", told(madeMirror("aws/a", { primary: true }), "10.1.0.1")],
    ["is aws's, and the client's region is not known", told(madeMirror("aws/a"), "10.1.0.1")],
    [
      "serves unaffiliated clients: weight 7, 5,837 km from the client, chosen by a hash of client and object",
      told(open, "203.0.113.1"),
    ],
    ["serves unaffiliated clients: weight 7, chosen by a hash of client and object", told(open, "10.0.0.1")],
    ["avoids this client, as the inventory says", told(open, "192.0.2.1")],
    [
      "serves unaffiliated clients: weight 7, chosen by a hash of client and object; does not have it",
      told(open, "10.0.0.1", "/bin/kubectl", known({ "a/mirror": "absent" })),
    ],
    [
      "serves unaffiliated clients: weight 7, chosen by a hash of client and object; is not responding",
      told(open, "10.0.0.1", "/bin/kubectl", known({ "a/mirror": "unreachable" })),
    ],
    [
      "serves unaffiliated clients: weight 7, chosen by a hash of client and object; not probed yet",
      told(open, "10.0.0.1", "/bin/kubectl", known({ "a/mirror": "unknown" })),
    ],
    [
      "is not trusted to serve a checksum or index, which cannot be verified",
      told(open, "10.0.0.1", "/kubectl.sha256"),
    ],
    ["is not trusted to serve a directory, which cannot be verified", told(open, "10.0.0.1", "/bin/")],
    [
      "is not trusted to serve a list of referrers, which cannot be verified",
      told(madeReplica("a/mirror"), "10.0.0.1", `/v2/pause/referrers/${digest}`),
    ],
    [
      "is not trusted to serve a signature, which cannot be verified",
      told(madeReplica("a/mirror"), "10.0.0.1", `/v2/pause/manifests/sha256-${"0".repeat(64)}.sig`),
    ],
    [
      "is not `presence: complete`, so its list of tags may be incomplete",
      told(trusted, "10.0.0.1", "/v2/pause/tags/list"),
    ],
    [
      "is not `presence: complete`, so its list of referrers may be incomplete",
      told(trusted, "10.0.0.1", `/v2/pause/referrers/${digest}`),
    ],
    ["has no URL for manifests", told(open, "10.0.0.1", "/v2/pause/manifests/v1")],
  ])("%s", (words, found) => {
    expect(found).toBe(words);
  });
});
