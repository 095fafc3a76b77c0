import { explain } from "../../routing/explain";
import { fixture, inventoryOf, tableOf } from "./tables";

const digest = `sha256:${"0".repeat(64)}`;
const table = tableOf(
  inventoryOf(
    fixture("small").replace(
      "westeurope: { registry: {}, bucket: {} }",
      "westeurope: { registry: {} , bucket: {}, state: draining }",
    ),
  ),
  { aws: { distributions: { "eu-west-1": "d111111abcdef8.cloudfront.net" } } },
);

function reasons(target: string, address: string): string[] {
  const { reasons: told } = explain(table, { method: "GET", target, host: "registry.example.org", address });
  return told.map(({ mirror, chosen, reason }) => `${chosen ? "*" : " "} ${mirror}: ${reason}`);
}

test("a blob: every mirror, in the order in which it would be taken, with its reason", () => {
  expect(reasons(`/v2/pause/blobs/${digest}`, "52.94.76.1")).toMatchInlineSnapshot(`
[
  "* aws/us-east-1: is aws's, 3,503 km from us-west-2",
  "  aws/eu-west-1: is aws's, 7,315 km from us-west-2",
  "  cdn/everywhere: takes clients of other networks: weight 20, drawn by client and object",
  "  store/germany: takes clients of other networks: weight 10, drawn by client and object",
  "  google/us-central1: is the origin, the last fallback",
  "  azure/eastus: serves only azure's own clients",
  "  azure/westeurope: is draining: it serves only clients of its own region",
  "  google/europe-west1: serves only google's own clients",
]
`);
});

test("a client of nobody", () => {
  expect(reasons(`/v2/pause/blobs/${digest}`, "192.0.2.1")).toMatchInlineSnapshot(`
[
  "* store/germany: takes clients of other networks: weight 10, drawn by client and object",
  "  cdn/everywhere: takes clients of other networks: weight 20, drawn by client and object",
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
  "* google/us-central1: is the origin: a manifest comes from nowhere else",
  "  aws/eu-west-1: is not the origin, and a manifest comes only from there",
  "  aws/us-east-1: is not the origin, and a manifest comes only from there",
  "  azure/eastus: is not the origin, and a manifest comes only from there",
  "  azure/westeurope: is not the origin, and a manifest comes only from there",
  "  cdn/everywhere: is not the origin, and a manifest comes only from there",
  "  google/europe-west1: is not the origin, and a manifest comes only from there",
  "  store/germany: is not the origin, and a manifest comes only from there",
]
`);
});

test("what no mirror answers has no reasons, but the network is told", () => {
  const told = explain(table, { method: "GET", target: "/v2/", host: "registry.example.org", address: "52.94.76.1" });
  expect(told).toMatchObject({
    decision: { status: 200 },
    network: { provider: "aws", region: "us-west-2" },
    reasons: [],
  });
});

test("what explain says is what decide does", () => {
  for (const address of ["52.94.76.1", "35.180.1.1", "35.220.26.1", "192.0.2.1", "5.9.0.1", "20.42.0.1"]) {
    const { decision, reasons: told } = explain(table, {
      method: "GET",
      target: `/v2/pause/blobs/${digest}`,
      host: "registry.example.org",
      address,
    });
    expect(told.filter(({ chosen }) => chosen).map(({ mirror }) => mirror)).toEqual([decision.mirror]);
    expect(told[0]?.chosen).toBe(true);
    expect(told).toHaveLength(table.content.mirrors.length);
  }
});
