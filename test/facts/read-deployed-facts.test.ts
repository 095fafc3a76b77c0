import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDeployedFacts, readDeployedFacts } from "../../facts/read-deployed-facts";
import { readInventory, readInventoryFile } from "../../inventory/read-inventory";

const small = join(__dirname, "..", "fixtures", "inventories", "small.yaml");

function inventory() {
  const reading = readInventoryFile(small, new Date("2026-11-21T12:00:00Z"));
  if (!reading.ok) throw new Error("small.yaml is broken");
  return reading.inventory;
}

const read = (text: string) => parseDeployedFacts(Buffer.from(text), "deployed.yaml", inventory());

const valid = `google:
  addresses: { ipv4: 203.0.113.10, ipv6: "2001:db8::10" }
  validations:
    registry.example.org: { name: _acme-challenge.registry.example.org, value: 1a2b.authorize.certificatemanager.goog }
aws:
  targets:
    us-east-2: { registry.example.org: d-1234567890.execute-api.us-east-2.amazonaws.com }
  distributions: { eu-west-1: d111111abcdef8.cloudfront.net }
`;

test("returns valid facts unchanged", () => {
  const reading = read(valid);
  expect(reading.problems).toEqual([]);
  expect(reading.ok && reading.facts.google?.addresses).toEqual({ ipv4: "203.0.113.10", ipv6: "2001:db8::10" });
  expect(reading.ok && reading.facts.aws?.distributions).toEqual({ "eu-west-1": "d111111abcdef8.cloudfront.net" });
});

test.each(["", "# nothing deployed yet\n", "{}\n"])("%j means that nothing is deployed", (text) => {
  expect(read(text)).toEqual({ ok: true, facts: {}, problems: [] });
});

test.each([
  ["203.0.113.10", "10.0.0.1", "10.0.0.1 is not a public address", "The load balancer's public IPv4 address"],
  ["203.0.113.10", "034.1.2.3", "is not an IPv4 address", "The load balancer's public IPv4 address"],
  ["203.0.113.10", "203.0.113.10:443", "is not an IPv4 address", 'Write ipv4: "203.0.113.10"'],
  ["2001:db8::10", "[2001:db8::10]", "is not an IPv6 address", "Write ipv6: 2001:db8::10"],
  ["d111111abcdef8.cloudfront.net", "evil.example.com", "CloudFront distribution", "From the storage stack's output"],
  ["d-1234567890.execute-api.us-east-2.amazonaws.com", "evil.example.com", "API", "From the redirector stack's output"],
])("%s as %s: one error, with a fix", (before, after, message, fix) => {
  expect(read(valid.replace(before, after)).problems).toMatchObject([
    { message: expect.stringContaining(message), fix: expect.stringContaining(fix) },
  ]);
});

test.each([
  ["US-EAST-1", "Write us-east-1"],
  ["aws/us-east-1", "The regions whose bucket is deployed"],
])("a store's region as %s: the fix is a region, or none", (region, fix) => {
  const { problems } = read(`aws: { stores: { bucket: [${region}] } }`);
  expect(problems).toMatchObject([{ rule: "schema/bad-value", fix: expect.stringContaining(fix) }]);
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
  ["the YAML", "targets:", "targets: {", "6:12 yaml/syntax"],
])("an error in %s is reported", (_, before, after, problem) => {
  const { ok, problems } = read(valid.replace(before, after));
  const [first] = problems;
  expect([ok, `${first?.line}:${first?.column} ${first?.rule}`]).toEqual([false, problem]);
});

test.each([
  ["provider", "google:", "gogle:", "1:1 facts/unknown-provider", "google"],
  ["region of the redirector", "us-east-2:", "us-east2:", "7:5 facts/unknown-region", "us-east-2"],
  ["region of a bucket", "eu-west-1:", "eu-west1:", "8:20 facts/unknown-region", "eu-west-1"],
  ["host", "registry.example.org: {", "registri.example.org: {", "4:5 facts/unknown-host", "registry.example.org"],
])("a %s that is not in the inventory is a warning", (_, before, after, problem, meant) => {
  const { ok, problems } = read(valid.replace(before, after));
  expect(ok).toBe(true);
  expect(problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual([problem]);
  expect(problems[0]?.message).toContain(`did you mean ${meant}?`);
});

describe("used credits", () => {
  const used = (text: string, provider = "aws") => read(`${provider}: { used: ${text} }`);

  test("are a month and an amount", () => {
    const reading = used("{ month: 2026-11, amount: 175000.5 }");
    expect(reading).toMatchObject({ ok: true, problems: [] });
    expect(reading.ok && reading.facts.aws?.used).toEqual({ month: "2026-11", amount: 175000.5 });
  });

  test.each([
    ["an invalid month", "{ month: 2026-13, amount: 1 }", "1:23 schema/bad-value"],
    ["a day", "{ month: 2026-11-21, amount: 1 }", "1:23 schema/bad-value"],
    ["a negative amount", "{ month: 2026-11, amount: -1 }", "1:40 schema/bad-value"],
    ["an amount in words", "{ month: 2026-11, amount: all }", "1:40 schema/wrong-type"],
    ["no amount", "{ month: 2026-11 }", "1:8 schema/missing-field"],
  ])("%s is an error", (_, text, problem) => {
    const { ok, problems } = used(text);
    expect([ok, problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)]).toEqual([false, [problem]]);
  });

  test("of a provider without credits are a warning", () => {
    const { ok, problems } = used("{ month: 2026-11, amount: 1 }", "cdn");
    expect(ok).toBe(true);
    expect(problems.map(({ line, column, severity, rule }) => `${line}:${column} ${severity} ${rule}`)).toEqual([
      "1:8 warning facts/used-without-credits",
    ]);
  });

  test("of an unknown provider are not reported separately", () => {
    const { problems } = used("{ month: 2026-11, amount: 1 }", "gone");
    expect(problems.map(({ rule }) => rule)).toEqual(["facts/unknown-provider"]);
  });
});

describe("stores that hold artifacts", () => {
  const stores = (text: string) => read(`aws: { stores: ${text} }`);

  test.each([
    ["all of them present", "{ bucket: [us-east-1, eu-west-1], registry: [us-east-1] }"],
    ["none reported", "{}"],
  ])("%s", (_, text) => {
    expect(stores(text)).toMatchObject({ ok: true, problems: [] });
  });

  test.each([
    ["a mirror that is gone", "{ bucket: [us-east-1, us-east-2] }", "1:38", "aws/us-east-2"],
    ["a mirror that lost only its registry", "{ registry: [eu-west-1] }", "1:29", "aws/eu-west-1"],
  ])("%s is an error, because it would be destroyed", (_, text, place, store) => {
    const { ok, problems } = stores(text);
    const [problem] = problems;
    expect(ok).toBe(false);
    expect(`${problem?.line}:${problem?.column} ${problem?.rule}`).toBe(`${place} mirror/vanished`);
    expect(problem?.message).toContain(store);
    expect(problem?.fix).toContain("state: retired");
  });

  test.each([
    ["emptied", "aws: { stores: { bucket: [us-east-1] } }", ["provider/emptied-too-soon"]],
    ["emptied", "aws: { stores: { bucket: [] }, alias: a1b2c3d4 }", []],
    ["retired", "aws: { stores: { bucket: [us-east-1] } }", []],
  ])("the stores of a provider that is %s: %s", (state, text, rules) => {
    const written = readFileSync(small, "utf8")
      .replace("cloud: aws\n", `cloud: aws\n    state: ${state}\n`)
      .replace("published-at: [google, aws]", "published-at: [google]")
      .replace(/\n {4}aws: \[us-east-2, eu-west-1\]/, "");
    const leaving = readInventory(Buffer.from(written), "mirrors.yaml", new Date("2026-11-21T12:00:00Z"));
    if (!leaving.ok) throw new Error(JSON.stringify(leaving.problems));
    const { problems } = parseDeployedFacts(Buffer.from(text), "deployed.yaml", leaving.inventory);
    expect(problems.map(({ rule }) => rule)).toEqual(rules);
  });

  test("a removed provider with stores is an error", () => {
    const { ok, problems } = read("gone: { stores: { bucket: [us-east-1] } }");
    expect(ok).toBe(false);
    expect(problems.map(({ rule }) => rule)).toEqual(["facts/unknown-provider", "mirror/vanished"]);
  });
});

describe("every value has its cloud's form", () => {
  const check = (text: string) => {
    const { ok, problems } = read(text);
    return [ok, ...problems.map(({ severity, rule }) => `${severity} ${rule}`)];
  };
  const bad = [false, "error schema/bad-value"];
  const misplaced = [false, "error facts/misplaced"];

  test.each([
    ["another host's name", "evil.example.com"],
    ["a name that only has the same ending", "evilcloudfront.net"],
    ["a name that only has the same beginning", "d1.cloudfront.net.evil.example"],
    ["a name below a distribution's", "a.d1.cloudfront.net"],
    ["a port", '"d1.cloudfront.net:8443"'],
    ["a path", "d1.cloudfront.net/x"],
    ["a line break", '"d1.cloudfront.net\\n"'],
    ["capitals", "D1.CLOUDFRONT.NET"],
    ["nothing", '""'],
  ])("refuses a distribution that is %s", (_, name) => {
    expect(check(`aws: { distributions: { eu-west-1: ${name} } }`)).toEqual(bad);
  });

  test.each([
    ["private", "10.0.0.1", "2001:db8::10"],
    ["loopback", "127.0.0.1", "2001:db8::10"],
    ["metadata", "169.254.169.254", "2001:db8::10"],
    ["unspecified", "0.0.0.0", "2001:db8::10"],
    ["shared", "100.64.0.1", "2001:db8::10"],
    ["multicast", "224.0.0.1", "2001:db8::10"],
    ["IPv6 loopback", "192.0.2.10", "::1"],
    ["unique-local", "192.0.2.10", "fd00::1"],
    ["link-local", "192.0.2.10", "fe80::1"],
    ["IPv4-mapped", "192.0.2.10", "::ffff:10.0.0.1"],
  ])("refuses an address that is %s", (_, ipv4, ipv6) => {
    expect(check(`google: { addresses: { ipv4: ${ipv4}, ipv6: "${ipv6}" } }`)).toEqual(bad);
  });

  test("accepts real addresses", () => {
    expect(check('google: { addresses: { ipv4: 34.120.0.1, ipv6: "2600:1901::1" } }')).toEqual([true]);
  });

  const target = (name: string) => `aws: { targets: { us-east-2: { registry.example.org: ${name} } } }`;
  test.each([
    ["elsewhere", "evil.example.com", bad],
    ["a default endpoint", "abc.execute-api.us-east-2.amazonaws.com", bad],
    ["a cloud's other partition", "d-a.execute-api.us-east-2.amazonaws.com.cn", bad],
    ["another region's", "d-a.execute-api.eu-west-1.amazonaws.com", misplaced],
  ])("refuses a target that is %s", (_, name, problem) => {
    expect(check(target(name))).toEqual(problem);
  });

  const validation = (provider: string, name: string, value: string) =>
    `${provider}: { validations: { registry.example.org: { name: ${name}, value: ${value} } } }`;
  const mine = "_a.registry.example.org";
  test.each([
    ["outside the host", validation("aws", "_a.example.com", "_b.acm-validations.aws"), misplaced],
    ["another host's", validation("aws", "_a.dl.example.org", "_b.acm-validations.aws"), misplaced],
    ["the host itself", validation("aws", "registry.example.org", "_b.acm-validations.aws"), bad],
    ["to anywhere", validation("aws", mine, "evil.example.com"), bad],
    ["to the other cloud's authority", validation("aws", mine, "a.authorize.certificatemanager.goog"), misplaced],
    ["with a final dot", validation("aws", mine, "_b.acm-validations.aws."), bad],
  ])("refuses a validation that is %s", (_, text, problem) => {
    expect(check(text)).toEqual(problem);
  });

  test.each([
    ["addresses at AWS", 'aws: { addresses: { ipv4: 192.0.2.10, ipv6: "2001:db8::1" } }'],
    ["targets at Google", "google: { targets: {} }"],
    ["distributions at Azure", "azure: { distributions: {} }"],
    ["validations at Azure", "azure: { validations: {} }"],
    ["stores of an external provider", "cdn: { stores: {} }"],
  ])("refuses %s, which the cloud does not have", (_, text) => {
    expect(check(text)).toEqual(misplaced);
  });

  test.each([
    ["a region twice", "aws: { stores: { bucket: [us-east-1, us-east-1] } }"],
    ["an infinite amount", "aws: { used: { month: 2026-11, amount: .inf } }"],
    ["a provider's key with a space", '"a b": {}'],
  ])("refuses %s", (_, text) => {
    expect(check(text)[0]).toBe(false);
  });

  test("suggests a store for a misspelt one", () => {
    expect(read("aws: { stores: { bucket: [eu-west1] } }").problems[0]).toMatchObject({
      rule: "mirror/vanished",
      message: expect.stringContaining("did you mean eu-west-1?"),
    });
  });

  test("does not suggest a store that is already listed", () => {
    const [problem] = read("aws: { stores: { bucket: [eu-west-1, eu-west-9] } }").problems;
    expect([problem?.rule, problem?.message]).toEqual([
      "mirror/vanished",
      expect.not.stringContaining("did you mean eu-west-1"),
    ]);
  });

  test("suggests a field for a misspelt one, and lists all fields", () => {
    expect(read("aws: { distribution: {} }").problems[0]).toMatchObject({
      rule: "schema/unknown-field",
      message: expect.stringContaining("did you mean distributions?"),
    });
  });
});

describe("another project's file", () => {
  const foreign = (stores: readonly string[], more = "") =>
    read(`aws: { stores: { bucket: [${stores.join(", ")}] } }\nother: { stores: { bucket: [a, b, c] } }\n${more}`);

  test.each([
    ["none of its stores is known", ["us-west-1", "us-west-2"], "none of its 5 stores is"],
    ["most of its stores are unknown", ["us-east-1", "us-west-1"], "4 of its 5 stores are not"],
  ])("%s: one error that says what to do", (_, stores, words) => {
    const { ok, problems } = foreign(stores, "google: { addresses: { ipv4: x } }\n");
    expect([ok, problems.map(({ severity, rule }) => `${severity} ${rule}`)]).toEqual([
      false,
      ["error facts/other-project"],
    ]);
    expect(problems[0]?.message).toContain(`deployed.yaml describes another project: ${words}`);
    expect(problems[0]?.fix).toContain("`: > deployed.yaml`");
  });

  test("a few lost stores are reported one by one", () => {
    const { problems } = read("aws: { stores: { bucket: [us-east-1, eu-west-1, us-west-1] } }");
    expect(problems.map(({ rule }) => rule)).toEqual(["mirror/vanished"]);
  });
});
