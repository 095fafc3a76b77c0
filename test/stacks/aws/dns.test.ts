import type { DnsRecord } from "../../../constructs/dns/dns-record";
import { AwsDnsStack } from "../../../stacks/aws/dns";
import { addresses, resourcesOf, type SynthesizedStack, synthesizedStack } from "../synthesized";
import { awsInventory, awsMirror, awsProvider } from "./aws-inventory";

function dns(records: readonly DnsRecord[], existing?: string): SynthesizedStack {
  const provider = awsProvider([awsMirror("eu-west-1")]);
  const zone = { zone: "example.org", publishedAt: [provider.key] };
  const inventory = awsInventory(provider, {
    dns: existing === undefined ? zone : { ...zone, existing: { [provider.key]: existing } },
  });
  return synthesizedStack((app) => new AwsDnsStack(app, "aws-dns", { inventory, provider, records }));
}

const ohio = { id: "aws-us-east-2", values: ["192.0.2.1"], near: { aws: "us-east-2", google: "us-east5" } };
const dublin = { id: "aws-eu-west-1", values: ["192.0.2.2"], near: { aws: "eu-west-1", google: "europe-west1" } };
const registry = { name: "registry.example.org", type: "A", ttl: 60 } as const;

describe("the zone", () => {
  test("has the name from the inventory, and is protected", () => {
    const stack = dns([]);
    expect(resourcesOf(stack, "aws_route53_zone")).toEqual([
      { name: "example.org", lifecycle: { prevent_destroy: true } },
    ]);
    expect(stack.output).toHaveProperty("name-servers");
  });
});

test("an existing zone gets the records, and is not managed", () => {
  const stack = dns([{ ...registry, choice: "only", answers: [ohio] }], "Z0123456789ABCDEFGHIJ");
  expect(addresses(stack).map((address) => address.replace(/\..*/, ""))).toEqual(["aws_route53_record"]);
  expect(resourcesOf(stack, "aws_route53_record")).toMatchObject([{ zone_id: "Z0123456789ABCDEFGHIJ" }]);
  expect(Object.keys(stack.output)).toEqual(["deployment"]);
});

describe("a record", () => {
  test.each([
    { choice: "only", answers: [ohio], routing: [{}] },
    {
      choice: "equal",
      answers: [dublin, ohio],
      routing: [
        { set_identifier: "aws-eu-west-1", weighted_routing_policy: { weight: 1 } },
        { set_identifier: "aws-us-east-2", weighted_routing_policy: { weight: 1 } },
      ],
    },
    {
      choice: "nearest",
      answers: [dublin, ohio],
      routing: [
        { set_identifier: "aws-eu-west-1", latency_routing_policy: { region: "eu-west-1" } },
        { set_identifier: "aws-us-east-2", latency_routing_policy: { region: "us-east-2" } },
      ],
    },
  ] as const)("of choice $choice", ({ choice, answers, routing }) => {
    const zone_id = expect.stringMatching(/^\$\{aws_route53_zone\./);
    expect(resourcesOf(dns([{ ...registry, choice, answers }]), "aws_route53_record")).toEqual(
      answers.map(({ values }, index) => ({ ...registry, zone_id, records: values, ...routing[index] })),
    );
  });

  test("keeps its address in any order of records and answers", () => {
    const nearest: DnsRecord = { ...registry, choice: "nearest", answers: [dublin, ohio] };
    const single: DnsRecord = { ...registry, type: "AAAA", choice: "only", answers: [{ id: "one", values: ["::1"] }] };
    const turned = { ...nearest, answers: [ohio, dublin] };
    expect(dns([single, turned]).resource).toEqual(dns([nearest, single]).resource);
  });

  test("has one address per answer, even for names that differ only in dots", () => {
    const answers = [{ id: "one", values: ["192.0.2.1"] }];
    const records = ["a.b.example.org", "ab.example.org"].map(
      (name): DnsRecord => ({ ...registry, name, choice: "only", answers }),
    );
    expect(addresses(dns(records)).filter((address) => address.startsWith("aws_route53_record."))).toHaveLength(2);
  });

  test("with the choice of the nearest refuses an answer without a location", () => {
    const lost = { id: "aws-lost", values: ["192.0.2.3"] };
    expect(() => dns([{ ...registry, choice: "nearest", answers: [ohio, lost] }])).toThrow(
      'registry.example.org A: the answer "aws-lost" has no location',
    );
  });
});
