import { isIP } from "node:net";
import fc from "fast-check";
import {
  type ClientAddressRule,
  clientAddress,
  clientAddressRules,
  parseClientAddressRule,
} from "../../routing/client-address";
import { runs } from "../property-runs";

const frontDoor = "55ce4ed1-4b06-4bf1-b40e-4638452104da";

test.each<[string, ClientAddressRule | undefined]>([
  ["socket", { from: "socket" }],
  ["forwarded:1", { from: "forwarded", position: 1 }],
  ["forwarded:2", { from: "forwarded", position: 2 }],
  ["forwarded:99", { from: "forwarded", position: 99 }],
  ["header:Fastly-Client-IP", { from: "header", name: "fastly-client-ip" }],
  ["cloudfront", { from: "cloudfront" }],
  [`azure-front-door:${frontDoor}`, { from: "azure-front-door", id: frontDoor }],
  [`azure-front-door:${frontDoor.toUpperCase()}`, { from: "azure-front-door", id: frontDoor }],
  ["forwarded:0", undefined],
  ["forwarded:100", undefined],
  ["forwarded:", undefined],
  ["forwarded:-1", undefined],
  ["forwarded", undefined],
  ["header:", undefined],
  ["header", undefined],
  ["header:a b", undefined],
  ["header:X-Forwarded-For", undefined],
  ["header:Forwarded", undefined],
  ["header:CloudFront-Viewer-Address", undefined],
  ["header:X-Azure-SocketIP", undefined],
  ["header:X-Azure-ClientIP", undefined],
  ["azure-front-door", undefined],
  ["azure-front-door:", undefined],
  ["azure-front-door:ours", undefined],
  ["socket:", undefined],
  ["cloudfront:", undefined],
  ["Socket", undefined],
  [" socket", undefined],
  [":", undefined],
  ["anything", undefined],
  ["", undefined],
])("the rule %p", (text, rule) => {
  expect(parseClientAddressRule(text)).toEqual(rule);
});

test("the words for the rules name each of them", () => {
  for (const name of ["socket", "forwarded:N", "header:NAME", "cloudfront", "azure-front-door:ID"]) {
    expect(clientAddressRules).toContain(name);
  }
});

/** The result of a rule for headers and a peer. */
function found(rule: string, headers: Readonly<Record<string, string>>, peer?: string): string {
  const parsed = parseClientAddressRule(rule);
  if (!parsed) throw new Error(`${rule} is not a rule`);
  return clientAddress(parsed, { peer, header: (name) => headers[name] }).text;
}

const kilobytes = "1".repeat(10_000);

/** Values of a header with one address, and their results. An empty result is an unknown client. */
const texts: readonly (readonly [string, string])[] = [
  ["192.0.2.1", "192.0.2.1"],
  ["255.255.255.255", "255.255.255.255"],
  ["192.0.2.1:567", "192.0.2.1"],
  ["192.0.2.1:65535", "192.0.2.1"],
  [" \t 192.0.2.1 \t ", "192.0.2.1"],
  [" 192.0.2.1:567 ", "192.0.2.1"],
  ["2001:db8::1", "2001:db8::1"],
  ["2001:DB8::A", "2001:DB8::A"],
  // The end could be a port, but the whole is a valid address; only a platform's own rule can tell.
  ["2001:db8::1:443", "2001:db8::1:443"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:443", "2001:db8::1"],
  ["[::1]:80", "::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["[fe80::1%eth0]", "fe80::1"],
  ["[fe80::1%en-0.1]:80", "fe80::1"],
  ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
  ["[::ffff:192.0.2.1]:80", "::ffff:192.0.2.1"],
  ["::ffff:192.0.2.1%eth0", "::ffff:192.0.2.1"],
  ["2002:c000:201::1", "2002:c000:201::1"],
  ["64:ff9b::192.0.2.1", "64:ff9b::192.0.2.1"],
  ["", ""],
  [" ", ""],
  ["unknown", ""],
  ["_hidden", ""],
  ["-", ""],
  ["null", ""],
  ["localhost", ""],
  ["192.0.2.1:", ""],
  ["192.0.2.1:http", ""],
  ["192.0.2.1:123456", ""],
  ["192.0.2.1:1:2", ""],
  ["192.0.2.1%eth0", ""],
  ["192.0.2.1 192.0.2.2", ""],
  ["192.0.2.1;192.0.2.2", ""],
  ["192.0.2.256", ""],
  ["192.0.2.01", ""],
  ["192.0.2", ""],
  ["0xc0000201", ""],
  ["3221225985", ""],
  ["192.0.2.0/24", ""],
  ["for=192.0.2.1", ""],
  ['"192.0.2.1"', ""],
  ["[2001:db8::1", ""],
  ["2001:db8::1]", ""],
  ["[2001:db8::1]443", ""],
  ["[2001:db8::1]:", ""],
  ["[[2001:db8::1]]", ""],
  ["[]", ""],
  ["fe80::1%", ""],
  ["fe80::1%eth0%eth1", ""],
  ["fe80::1%eth 0", ""],
  ["%eth0", ""],
  ["2001:db8::1::2", ""],
  [":::", ""],
  ["192.0.2.1\u0000", ""],
  ["192.0.2.1\r\nX-Real-IP: 192.0.2.2", ""],
  ["１９２.0.2.1", ""],
  ["\u00a0192.0.2.1", ""],
  ["{jndi:ldap://192.0.2.1/a}", ""],
  ["' OR 1=1 --", ""],
  [kilobytes, ""],
  [`192.0.2.1${" ".repeat(10_000)}`, "192.0.2.1"],
  [`${" ".repeat(10_000)}192.0.2.1`, "192.0.2.1"],
  [`192.0.2.1:${kilobytes}`, ""],
  [`[${":".repeat(10_000)}]`, ""],
  [`fe80::1%${kilobytes}`, ""],
];

describe("one address in a text", () => {
  test.each(texts)("%p is %p", (text, address) => {
    expect(found("socket", {}, text)).toBe(address);
    expect(found("header:X-Real-IP", { "x-real-ip": text })).toBe(address);
    expect(found("forwarded:1", { "x-forwarded-for": text })).toBe(address);
    expect(found("forwarded:1", { "x-forwarded-for": `35.180.1.1,${text}` })).toBe(address);
    expect(found("forwarded:2", { "x-forwarded-for": `35.180.1.1, ${text}, 203.0.113.1` })).toBe(address);
    const headers = { "x-azure-fdid": frontDoor, "x-azure-socketip": text };
    expect(found(`azure-front-door:${frontDoor}`, headers)).toBe(address);
  });
});

/** All headers by which a client may forge an address: headers that the rule does not name are never read. */
const everyForgery = {
  "x-forwarded-for": "35.180.1.1",
  forwarded: "for=35.180.1.1",
  "x-real-ip": "35.180.1.1",
  "client-ip": "35.180.1.1",
  "true-client-ip": "35.180.1.1",
  "cf-connecting-ip": "35.180.1.1",
  "x-client-ip": "35.180.1.1",
  "x-cluster-client-ip": "35.180.1.1",
  "x-envoy-external-address": "35.180.1.1",
  "cloudfront-viewer-address": "35.180.1.1:443",
  "x-azure-clientip": "35.180.1.1",
  "x-azure-socketip": "35.180.1.1",
  "x-azure-fdid": "00000000-0000-0000-0000-000000000000",
};

/** A rule, the headers, the connection's peer, and the client's address. */
type Case = readonly [rule: string, headers: Readonly<Record<string, string>>, peer: string | undefined, found: string];

describe("regardless of other headers", () => {
  test.each<Case>([
    ["socket", everyForgery, "192.0.2.1", "192.0.2.1"],
    ["socket", everyForgery, undefined, ""],
    ["socket", everyForgery, "", ""],
    ["forwarded:1", { ...everyForgery, "x-forwarded-for": "35.180.1.1, 192.0.2.1" }, "127.0.0.1", "192.0.2.1"],
    ["forwarded:2", everyForgery, "127.0.0.1", ""],
    ["header:X-Other", everyForgery, "127.0.0.1", ""],
    ["header:X-Real-IP", { ...everyForgery, "x-real-ip": "192.0.2.1" }, "127.0.0.1", "192.0.2.1"],
    ["cloudfront", { ...everyForgery, "cloudfront-viewer-address": "192.0.2.1:1" }, "127.0.0.1", "192.0.2.1"],
    [`azure-front-door:${frontDoor}`, everyForgery, "127.0.0.1", ""],
  ])("%s of %j from %s is %p", (rule, headers, peer, address) => {
    expect(found(rule, headers, peer)).toBe(address);
  });
});

describe("lists", () => {
  test.each<[string, string, string]>([
    // The cases of archeio's clientip_test.go, except that an unreadable address is an unknown client, not an error.
    ["forwarded:2", "8.8.8.8,8.8.8.9", "8.8.8.8"],
    ["forwarded:2", "127.0.0.1, 8.8.8.8, 8.8.8.9", "8.8.8.8"],
    ["forwarded:2", "asd;lfkjaasdf;lk,,8.8.8.8,8.8.8.9", "8.8.8.8"],
    ["forwarded:2", "8.8.8.8", ""],
    ["forwarded:2", "2001:db8::1, 2001:db8:0:abcd::", "2001:db8::1"],
    ["forwarded:1", "35.180.1.1, 192.0.2.1", "192.0.2.1"],
    ["forwarded:1", "35.180.1.1,192.0.2.1:50000", "192.0.2.1"],
    ["forwarded:3", "192.0.2.1, 192.0.2.2, 192.0.2.3", "192.0.2.1"],
    ["forwarded:4", "192.0.2.1, 192.0.2.2, 192.0.2.3", ""],
    ["forwarded:99", "192.0.2.1, 192.0.2.2", ""],
    // Empty members count: our proxies never write any, so everything to their left is from the client.
    ["forwarded:1", "192.0.2.1,", ""],
    ["forwarded:2", "192.0.2.1,", "192.0.2.1"],
    ["forwarded:1", ",", ""],
    ["forwarded:2", ",", ""],
    ["forwarded:3", ",", ""],
    ["forwarded:2", ",192.0.2.1", ""],
    ["forwarded:2", "35.180.1.1,,192.0.2.1", ""],
    ["forwarded:1", "", ""],
    ["forwarded:2", "", ""],
    ["forwarded:1", "35.180.1.1, garbage", ""],
    ["forwarded:1", `${"35.180.1.1,".repeat(1000)}192.0.2.1`, "192.0.2.1"],
    ["forwarded:2", `${",".repeat(10_000)}192.0.2.1,203.0.113.1`, "192.0.2.1"],
    ["forwarded:2", `${kilobytes},192.0.2.1,203.0.113.1`, "192.0.2.1"],
    ["forwarded:1", kilobytes, ""],
    // Several lines of a header that must have one: something added a line that the proxy should have overwritten.
    ["header:X-Forwarded", "192.0.2.7, 192.0.2.8", ""],
  ])("%s of %p is %p", (rule, list, address) => {
    expect(found(rule, { "x-forwarded-for": list, "x-forwarded": list })).toBe(address);
  });
});

describe("CloudFront", () => {
  test.each<[string, string]>([
    ["192.0.2.1:46532", "192.0.2.1"],
    ["2406:2d40:728d:fa10::c4a:42838", "2406:2d40:728d:fa10::c4a"],
    // The IPv6 address is also valid with the port: the port is always present, so it is always removed.
    ["2001:db8::a:443", "2001:db8::a"],
    ["2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2:3:4:5:6"],
    ["::1:443", "::1"],
    ["::ffff:192.0.2.1:443", "::ffff:192.0.2.1"],
    ["192.0.2.1", ""],
    ["2001:db8:1:2:3:4:5:6", ""],
    ["192.0.2.1:", ""],
    ["192.0.2.1:http", ""],
    ["192.0.2.1:443 ", ""],
    ["192.0.2.1:443:443", ""],
    ["192.0.2.1:443, 192.0.2.2:443", ""],
    ["35.180.1.1, 192.0.2.1:443", ""],
    [":443", ""],
    [":", ""],
    ["", ""],
    ["garbage", ""],
    [`${kilobytes}:443`, ""],
    [`192.0.2.1:${kilobytes}`, ""],
  ])("%p is %p", (value, address) => {
    expect(found("cloudfront", { "cloudfront-viewer-address": value })).toBe(address);
  });

  test("a missing header is an unknown client", () => {
    expect(found("cloudfront", { "x-forwarded-for": "35.180.1.1" }, "35.180.1.1")).toBe("");
  });
});

describe("Azure Front Door", () => {
  test.each<[string | undefined, string | undefined, string]>([
    [frontDoor, "192.0.2.1", "192.0.2.1"],
    [frontDoor.toUpperCase(), "192.0.2.1", "192.0.2.1"],
    [frontDoor, "2001:db8::1", "2001:db8::1"],
    [frontDoor, "192.0.2.1, 192.0.2.2", ""],
    [frontDoor, undefined, ""],
    ["00000000-0000-0000-0000-000000000000", "35.180.1.1", ""],
    [`${frontDoor}, 00000000-0000-0000-0000-000000000000`, "35.180.1.1", ""],
    [`00000000-0000-0000-0000-000000000000, ${frontDoor}`, "35.180.1.1", ""],
    [` ${frontDoor}`, "35.180.1.1", ""],
    [frontDoor.slice(1), "35.180.1.1", ""],
    ["", "35.180.1.1", ""],
    [undefined, "35.180.1.1", ""],
    [kilobytes, "35.180.1.1", ""],
  ])("the profile %p and the socket %p are %p", (id, socket, address) => {
    const headers = {
      ...(id !== undefined && { "x-azure-fdid": id }),
      ...(socket !== undefined && { "x-azure-socketip": socket }),
    };
    expect(found(`azure-front-door:${frontDoor}`, headers, "203.0.113.1")).toBe(address);
  });
});

/** Names of headers that one of the platforms below writes. */
type Written = "x-forwarded-for" | "x-real-ip" | "cloudfront-viewer-address" | "x-azure-fdid" | "x-azure-socketip";
/** A client's own header lines, before the platform processes them. */
type Sent = Readonly<Record<Written, readonly string[]>>;

/** A platform, its rule, and how it changes a client's headers. */
interface Place {
  readonly name: string;
  readonly rule: string;
  carry(sent: Sent, client: string): Readonly<Record<string, string>>;
}

/** Lines as a server joins them; undefined if there are none. */
function joined(sent: Sent): Record<string, string> {
  const present = Object.entries(sent).filter(([, lines]) => lines.length > 0);
  return Object.fromEntries(present.map(([name, lines]) => [name, lines.join(", ")]));
}

/** A proxy that appends to `X-Forwarded-For`, either to the last line or as a separate line; both arrive in the same form. */
const appended = (sent: Sent, ...hops: string[]) => [...sent["x-forwarded-for"], ...hops].join(", ");

const places: readonly Place[] = [
  { name: "a plain socket, and Lambda", rule: "socket", carry: (sent) => joined(sent) },
  {
    name: "Google's load balancer",
    rule: "forwarded:2",
    carry: (sent, client) => ({ ...joined(sent), "x-forwarded-for": appended(sent, client, "203.0.113.1") }),
  },
  {
    name: "a platform that appends one address: Cloud Run alone, AWS's load balancer, nginx, Envoy",
    rule: "forwarded:1",
    carry: (sent, client) => ({ ...joined(sent), "x-forwarded-for": appended(sent, client) }),
  },
  {
    name: "a platform that appends one address with a port",
    rule: "forwarded:1",
    carry: (sent, client) => ({
      ...joined(sent),
      "x-forwarded-for": appended(sent, client.includes(":") ? `[${client}]:50000` : `${client}:50000`),
    }),
  },
  {
    name: "a proxy that overwrites a header",
    rule: "header:X-Real-IP",
    carry: (sent, client) => ({ ...joined(sent), "x-real-ip": client }),
  },
  {
    name: "CloudFront",
    rule: "cloudfront",
    carry: (sent, client) => ({ ...joined(sent), "cloudfront-viewer-address": `${client}:50000` }),
  },
  {
    name: "Azure Front Door",
    rule: `azure-front-door:${frontDoor}`,
    carry: (sent, client) => ({ ...joined(sent), "x-azure-fdid": frontDoor, "x-azure-socketip": client }),
  },
];

const address = fc.oneof(fc.ipV4(), fc.ipV6());
/** A line from a client: a mix of addresses, separators and junk, up to ten kilobytes. */
const line = fc.oneof(
  fc
    .array(fc.oneof(address, fc.constantFrom(",", ", ", " ", "", ":", "[", "]", "%", ",,", "\t", "unknown", frontDoor)))
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary-ascii" }),
  fc
    .tuple(fc.constantFrom("1", ",", "1.1.1.1,", "[", ":", " "), fc.nat(10_000))
    .map(([text, times]) => text.repeat(times / text.length)),
);
const lines = fc.array(line, { maxLength: 3 });
const sent: fc.Arbitrary<Sent> = fc.record({
  "x-forwarded-for": lines,
  "x-real-ip": lines,
  "cloudfront-viewer-address": lines,
  "x-azure-fdid": lines,
  "x-azure-socketip": lines,
});

test.each(places)("behind $name, a client cannot change its own network", ({ rule, carry }) => {
  fc.assert(
    fc.property(sent, address, (forged, client) => {
      expect(found(rule, carry(forged, client), client)).toBe(client);
    }),
    runs(300),
  );
});

test("a client that bypasses Azure Front Door is unknown, whatever headers it sends", () => {
  fc.assert(
    fc.property(sent, address, (forged, client) => {
      const headers = { ...joined(forged), "x-azure-fdid": "00000000-0000-0000-0000-000000000000" };
      expect(found(`azure-front-door:${frontDoor}`, headers, client)).toBe("");
    }),
  );
});

test("for any headers, the result is an address without a zone, or nothing", () => {
  fc.assert(
    fc.property(sent, fc.option(line, { nil: undefined }), fc.constantFrom(...places), (forged, peer, { rule }) => {
      const result = found(rule, joined(forged), peer);
      expect(result === "" || (isIP(result) !== 0 && !result.includes("%"))).toBe(true);
    }),
    runs(500),
  );
});
