import { join } from "node:path";
import { parseDeployedFacts, readDeployedFacts } from "../../inventory/read-deployed-facts";
import { readInventoryFile } from "../../inventory/read-inventory";

const small = join(__dirname, "..", "fixtures", "inventories", "small.yaml");

function inventory() {
  const reading = readInventoryFile(small, new Date("2026-11-21T12:00:00Z"));
  if (!reading.ok) throw new Error("small.yaml is broken");
  return reading.inventory;
}

const read = (text: string) => parseDeployedFacts(Buffer.from(text), "deployed.yaml", inventory());

const sound = `google:
  addresses: { ipv4: 203.0.113.10, ipv6: "2001:db8::10" }
  validations:
    registry.example.org: { name: _acme-challenge.registry.example.org, value: 1a2b.authorize.certificatemanager.goog }
aws:
  targets:
    us-east-2: { registry.example.org: d-1234567890.execute-api.us-east-2.amazonaws.com }
  distributions: { eu-west-1: d111111abcdef8.cloudfront.net }
`;

test("sound facts are told as they are", () => {
  const reading = read(sound);
  expect(reading.problems).toEqual([]);
  expect(reading.ok && reading.facts.google?.addresses).toEqual({ ipv4: "203.0.113.10", ipv6: "2001:db8::10" });
  expect(reading.ok && reading.facts.aws?.distributions).toEqual({ "eu-west-1": "d111111abcdef8.cloudfront.net" });
});

test.each(["", "# nothing deployed yet\n", "{}\n"])("%j means that nothing is deployed", (text) => {
  expect(read(text)).toEqual({ ok: true, facts: {}, problems: [] });
});

test("a missing file means that nothing is deployed", () => {
  expect(readDeployedFacts(join(__dirname, "no-such-file.yaml"), inventory())).toEqual({
    ok: true,
    facts: {},
    problems: [],
  });
});

test.each([
  ["an IPv4 address", "203.0.113.10", "203.0.113.300", "2:22 schema/bad-value"],
  ["an IPv6 address", "2001:db8::10", "203.0.113.11", "2:42 schema/bad-value"],
  ["a host's name", "d111111abcdef8.cloudfront.net", "https://d111111abcdef8.cloudfront.net", "8:31 schema/bad-value"],
  ["a record's value", "1a2b.authorize.certificatemanager.goog", `"\${x}.example.org"`, "4:80 schema/bad-value"],
  ["a field", "distributions", "distribution", "8:3 schema/unknown-field"],
  ["a key", "aws:", "google:", "5:1 yaml/duplicate-key"],
  ["the YAML", "targets:", "targets: {", "8:3 yaml/syntax"],
])("%s that is wrong is an error", (_, before, after, problem) => {
  const { ok, problems } = read(sound.replace(before, after));
  const [first] = problems;
  expect([ok, `${first?.line}:${first?.column} ${first?.rule}`]).toEqual([false, problem]);
});

test.each([
  ["provider", "google:", "gogle:", "1:1 facts/unknown-provider", "google"],
  ["region of the redirector", "us-east-2:", "us-east2:", "7:5 facts/unknown-region", "us-east-2"],
  ["region of a bucket", "eu-west-1:", "eu-west1:", "8:20 facts/unknown-region", "eu-west-1"],
  ["host", "registry.example.org: {", "registri.example.org: {", "4:5 facts/unknown-host", "registry.example.org"],
])("a %s that the inventory does not have is a warning", (_, before, after, problem, meant) => {
  const { ok, problems } = read(sound.replace(before, after));
  expect(ok).toBe(true);
  expect(problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual([problem]);
  expect(problems[0]?.message).toContain(`did you mean ${meant}?`);
});

describe("what was used of credits", () => {
  const used = (text: string, provider = "aws") => read(`${provider}: { used: ${text} }`);

  test("a month and an amount, against the provider's credits", () => {
    const reading = used("{ month: 2026-11, amount: 175000.5 }");
    expect(reading).toMatchObject({ ok: true, problems: [] });
    expect(reading.ok && reading.facts.aws?.used).toEqual({ month: "2026-11", amount: 175000.5 });
  });

  test.each([
    ["a month that is none", "{ month: 2026-13, amount: 1 }", "1:23 schema/bad-value"],
    ["a day", "{ month: 2026-11-21, amount: 1 }", "1:23 schema/bad-value"],
    ["less than nothing", "{ month: 2026-11, amount: -1 }", "1:40 schema/bad-value"],
    ["an amount in words", "{ month: 2026-11, amount: all }", "1:40 schema/wrong-type"],
    ["no amount", "{ month: 2026-11 }", "1:8 schema/missing-field"],
  ])("%s is an error", (_, text, problem) => {
    const { ok, problems } = used(text);
    expect([ok, problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)]).toEqual([false, [problem]]);
  });

  test("of a provider without credits, a warning", () => {
    const { ok, problems } = used("{ month: 2026-11, amount: 1 }", "cdn");
    expect(ok).toBe(true);
    expect(problems.map(({ line, column, severity, rule }) => `${line}:${column} ${severity} ${rule}`)).toEqual([
      "1:8 warning facts/used-without-credits",
    ]);
  });

  test("of a provider that is unknown, only that", () => {
    const { problems } = used("{ month: 2026-11, amount: 1 }", "gone");
    expect(problems.map(({ rule }) => rule)).toEqual(["facts/unknown-provider"]);
  });
});

describe("stores that hold artifacts", () => {
  const stores = (text: string) => read(`aws: { stores: ${text} }`);

  test.each([
    ["all of them there", "{ bucket: [us-east-1, eu-west-1], registry: [us-east-1] }"],
    ["none told", "{}"],
  ])("%s", (_, text) => {
    expect(stores(text)).toMatchObject({ ok: true, problems: [] });
  });

  test.each([
    ["a mirror that is gone", "{ bucket: [us-east-1, us-east-2] }", "1:38", "aws/us-east-2"],
    ["a mirror that lost only its registry", "{ registry: [eu-west-1] }", "1:29", "aws/eu-west-1"],
  ])("%s is an error: it would be destroyed", (_, text, place, store) => {
    const { ok, problems } = stores(text);
    const [problem] = problems;
    expect(ok).toBe(false);
    expect(`${problem?.line}:${problem?.column} ${problem?.rule}`).toBe(`${place} mirror/vanished`);
    expect(problem?.message).toContain(store);
    expect(problem?.wayOut).toContain("state: retired");
  });

  test("a provider that is gone with its stores", () => {
    const { ok, problems } = read("gone: { stores: { bucket: [us-east-1] } }");
    expect(ok).toBe(false);
    expect(problems.map(({ rule }) => rule)).toEqual(["facts/unknown-provider", "mirror/vanished"]);
  });
});
