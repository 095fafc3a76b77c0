import type { Inventory } from "../../inventory/inventory";
import { stackPlan } from "../../stacks/stack-plan";
import { fixture, inventoryOf } from "../routing/tables";

const small = inventoryOf(fixture("small"));
const { image: _, ...withoutImage } = small.redirector;

test.each<[string, Partial<Inventory>, readonly string[]]>([
  [
    "every layer of every cloud",
    {},
    [
      "aws-bootstrap",
      "aws-storage",
      "aws-dns",
      "aws-redirector",
      "azure-bootstrap",
      "azure-storage",
      "google-bootstrap",
      "google-storage",
      "google-dns",
      "google-redirector",
    ],
  ],
  [
    "no redirector at Google without an image, because Cloud Run only runs images",
    { redirector: withoutImage },
    [
      "aws-bootstrap",
      "aws-storage",
      "aws-dns",
      "aws-redirector",
      "azure-bootstrap",
      "azure-storage",
      "google-bootstrap",
      "google-storage",
      "google-dns",
    ],
  ],
  [
    "no redirector where it does not run",
    {
      redirector: { ...small.redirector, runsAt: small.redirector.runsAt.filter(({ provider }) => provider !== "aws") },
    },
    [
      "aws-bootstrap",
      "aws-storage",
      "aws-dns",
      "azure-bootstrap",
      "azure-storage",
      "google-bootstrap",
      "google-storage",
      "google-dns",
      "google-redirector",
    ],
  ],
  [
    "no zone where it is not published",
    { dns: { ...small.dns, publishedAt: ["google"] } },
    [
      "aws-bootstrap",
      "aws-storage",
      "aws-redirector",
      "azure-bootstrap",
      "azure-storage",
      "google-bootstrap",
      "google-storage",
      "google-dns",
      "google-redirector",
    ],
  ],
  ["no stacks for external providers", { providers: small.providers.filter(({ cloud }) => cloud === "external") }, []],
])("%s", (_, changes, names) => {
  expect(stackPlan({ ...small, ...changes }).map(({ name }) => name)).toEqual(names);
});

test("a plan has the fields of its cloud and layer", () => {
  const { image } = small.redirector;
  expect(stackPlan(small).find(({ name }) => name === "google-redirector")).toMatchObject({
    cloud: "google",
    layer: "redirector",
    provider: { key: "google" },
    regions: ["europe-west1", "us-central1"],
    image,
  });
});
