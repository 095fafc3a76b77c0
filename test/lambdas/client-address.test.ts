import { type ClientAddressRule, clientAddress, parseClientAddressRule } from "../../lambdas/redirector/client-address";

test.each<[string, ClientAddressRule | undefined]>([
  ["socket", { from: "socket" }],
  ["forwarded:1", { from: "forwarded", position: 1 }],
  ["forwarded:2", { from: "forwarded", position: 2 }],
  ["header:Fastly-Client-IP", { from: "header", name: "fastly-client-ip" }],
  ["forwarded:0", undefined],
  ["forwarded:", undefined],
  ["forwarded:-1", undefined],
  ["header:", undefined],
  ["header:a b", undefined],
  ["anything", undefined],
  ["", undefined],
])("the rule %p", (text, rule) => {
  expect(parseClientAddressRule(text)).toEqual(rule);
});

const second: ClientAddressRule = { from: "forwarded", position: 2 };
const last: ClientAddressRule = { from: "forwarded", position: 1 };
const header: ClientAddressRule = { from: "header", name: "x-real" };

describe("where the address is taken from", () => {
  test.each<[ClientAddressRule, Record<string, string | string[]>, string | undefined, string]>([
    [{ from: "socket" }, { "x-forwarded-for": "35.180.1.1" }, "192.0.2.1", "192.0.2.1"],
    [{ from: "socket" }, {}, undefined, ""],
    // The cases of archeio's clientip_test.go, but that what cannot be read is an unknown client and not an error.
    [second, { "x-forwarded-for": "8.8.8.8,8.8.8.9" }, "::1", "8.8.8.8"],
    [second, { "x-forwarded-for": "127.0.0.1, 8.8.8.8, 8.8.8.9" }, "::1", "8.8.8.8"],
    [second, { "x-forwarded-for": "asd;lfkjaasdf;lk,,8.8.8.8,8.8.8.9" }, "::1", "8.8.8.8"],
    [second, { "x-forwarded-for": "8.8.8.8" }, "::1", ""],
    [second, { "x-forwarded-for": "2001:db8::1, 2001:db8:0:abcd::" }, "::1", "2001:db8::1"],
    [second, {}, "::1", ""],
    [last, { "x-forwarded-for": "35.180.1.1, 192.0.2.1" }, "::1", "192.0.2.1"],
    [header, { "x-real": " 192.0.2.7 ", "x-forwarded-for": "35.180.1.1" }, "::1", "192.0.2.7"],
    [header, { "x-real": ["192.0.2.7", "192.0.2.8"] }, "::1", "192.0.2.7,192.0.2.8"],
    [header, {}, "::1", ""],
  ])("%j of %j and %s is %p", (rule, headers, peer, expected) => {
    expect(clientAddress(rule, headers, peer)).toBe(expected);
  });
});

test("what a client puts in front never moves it", () => {
  for (const forged of ["35.180.1.1", "35.180.1.1, 35.180.1.2", "garbage", "", "1".repeat(10_000)]) {
    const headers = { "x-forwarded-for": `${forged}, 192.0.2.1, 203.0.113.1` };
    expect(clientAddress(second, headers, "::1")).toBe("192.0.2.1");
  }
});
