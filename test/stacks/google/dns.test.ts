import type { DnsRecord } from "../../../constructs/dns/dns-record";
import { managedZoneName } from "../../../constructs/dns/google";
import type { Inventory } from "../../../inventory/inventory";
import { GoogleDnsStack } from "../../../stacks/google/dns";
import { resourcesOf, synthesizedStack } from "../synthesized";
import { googleProvider } from "./google-inventory";

const provider = googleProvider();

const synthesize = (records: readonly DnsRecord[], publishedAt: readonly string[] = ["google"], existing = {}) =>
  synthesizedStack((app) => {
    const dns = { zone: "example.org", publishedAt, existing };
    const inventory = { project: { name: "artifacts" }, dns } as unknown as Inventory;
    new GoogleDnsStack(app, "google-dns", { inventory, provider, records });
  });

const near = (google: string) => ({ google, aws: "us-east-2" });

const record = (members: Partial<DnsRecord>): DnsRecord => ({
  name: "dl.example.org",
  type: "A",
  ttl: 300,
  choice: "only",
  answers: [],
  ...members,
});

test("the managed zone is protected, and other stacks can compute its name", () => {
  expect(managedZoneName("k8s.example.org")).toBe("zone-k8s-example-org");
  expect(resourcesOf(synthesize([]), "google_dns_managed_zone")).toMatchObject([
    { name: "zone-example-org", dns_name: "example.org.", lifecycle: { prevent_destroy: true } },
  ]);
});

test("an existing zone gets the records, and is not managed", () => {
  const records = [record({ answers: [{ id: "google", values: ["203.0.113.1"] }] })];
  const stack = synthesize(records, ["google"], { google: "example-org" });
  expect(resourcesOf(stack, "google_dns_managed_zone")).toEqual([]);
  expect(resourcesOf(stack, "google_dns_record_set")).toMatchObject([{ managed_zone: "example-org" }]);
  expect(Object.keys(stack.output)).toEqual(["deployment"]);
});

test.each([
  [["google"], "on"],
  [["aws", "google"], "off"],
])("published at %j: DNSSEC is %s", (publishedAt, state) => {
  expect(resourcesOf(synthesize([], publishedAt), "google_dns_managed_zone")).toMatchObject([
    { dnssec_config: { state } },
  ]);
});

test.each<[string, Partial<DnsRecord>, object]>([
  [
    "addresses as they are",
    { answers: [{ id: "google", values: ["203.0.113.1", "203.0.113.2"] }] },
    { type: "A", ttl: 300, rrdatas: ["203.0.113.1", "203.0.113.2"] },
  ],
  [
    "names with a final dot",
    { type: "CNAME", answers: [{ id: "validation", values: ["token.authorize.example.net"] }] },
    { type: "CNAME", rrdatas: ["token.authorize.example.net."] },
  ],
  [
    "equal answers, each of weight 1",
    {
      type: "CNAME",
      choice: "equal",
      answers: [
        { id: "a", values: ["a.example.net"] },
        { id: "b", values: ["b.example.net"] },
      ],
    },
    {
      routing_policy: {
        wrr: [
          { weight: 1, rrdatas: ["a.example.net."] },
          { weight: 1, rrdatas: ["b.example.net."] },
        ],
      },
    },
  ],
  [
    "the nearest of several, by place, one item a place",
    {
      choice: "nearest",
      answers: [
        { id: "a", values: ["203.0.113.1"], near: near("us-east4") },
        { id: "b", values: ["203.0.113.2"], near: near("europe-west1") },
        { id: "c", values: ["203.0.113.3"], near: near("us-east4") },
      ],
    },
    {
      routing_policy: {
        geo: [
          { location: "us-east4", rrdatas: ["203.0.113.1", "203.0.113.3"] },
          { location: "europe-west1", rrdatas: ["203.0.113.2"] },
        ],
      },
    },
  ],
])("a record set: %s", (_, members, expected) => {
  expect(resourcesOf(synthesize([record(members)]), "google_dns_record_set")).toMatchObject([
    { name: "dl.example.org.", ...expected },
  ]);
});

test.each<[string, Partial<DnsRecord>, RegExp]>([
  ["an answer without a location", { answers: [{ id: "a", values: ["203.0.113.1"] }] }, /"a" has no location/],
  [
    "two names at one location",
    {
      type: "CNAME",
      answers: [
        { id: "a", values: ["a.example.net"], near: near("us-east4") },
        { id: "b", values: ["b.example.net"], near: near("us-east4") },
      ],
    },
    /several answers are near us-east4/,
  ],
])("the choice of the nearest refuses %s", (_, members, message) => {
  expect(() => synthesize([record({ choice: "nearest", ...members })])).toThrow(message);
});
