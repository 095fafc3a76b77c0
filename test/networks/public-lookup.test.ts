import * as dns from "node:dns";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { NotPublic, publicLookup, requirePublicHost } from "../../networks/public-lookup";

jest.mock("node:dns", () => ({ ...jest.requireActual<typeof dns>("node:dns"), lookup: jest.fn() }));

const lookup = jest.mocked(dns.lookup as (host: string, options: dns.LookupAllOptions, done: Answer) => void);
type Answer = (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void;

function resolvesTo(...addresses: string[]): void {
  lookup.mockImplementation((_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    ),
  );
}

function look(options: Parameters<LookupFunction>[1]): Promise<unknown[]> {
  return new Promise((resolve) => publicLookup("mirror.example.org", options, (...result) => resolve(result)));
}

test("resolves a public name like dns.lookup", async () => {
  resolvesTo("8.8.8.8", "2001:4860:4860::8888");
  expect(await look({})).toEqual([null, "8.8.8.8", 4]);
  expect(await look({ all: true, family: 0 })).toEqual([
    null,
    [
      { address: "8.8.8.8", family: 4 },
      { address: "2001:4860:4860::8888", family: 6 },
    ],
  ]);
});

test.each([["127.0.0.1"], ["169.254.169.254"], ["::1"], ["fd00::1"], ["8.8.8.8", "10.0.0.1"], []])(
  "refuses a name that resolves to %s",
  async (...addresses) => {
    resolvesTo(...addresses);
    for (const options of [{}, { all: true }]) {
      const [error] = await look(options);
      expect(error).toBeInstanceOf(NotPublic);
      expect(String(error)).toBe("NotPublic: mirror.example.org is not on the public internet");
    }
  },
);

test("passes on an error of dns.lookup", async () => {
  const error = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  lookup.mockImplementation((_host, _options, done) => done(error, []));
  expect((await look({}))[0]).toBe(error);
});

test("prevents a connection to a private address", async () => {
  resolvesTo("127.0.0.1");
  const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const asked = request({ host: "mirror.example.org", port, lookup: publicLookup });
  const [error] = await once(asked.end(), "error");
  expect(error).toMatchObject({ code: "ENOTPUBLIC" });
  server.close();
});

test.each([
  "http://127.0.0.1/",
  "https://[::1]/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://[::ffff:10.0.0.1]/",
])("refuses %s before any connection", (url) => expect(() => requirePublicHost(new URL(url))).toThrow(NotPublic));

test.each(["https://example.org/", "https://8.8.8.8/", "https://[2606:4700::1111]/"])("%s is not", (url) =>
  expect(() => requirePublicHost(new URL(url))).not.toThrow(),
);
