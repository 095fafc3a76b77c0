import * as dns from "node:dns";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type RequestOptions, type request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { isPublicAddress } from "../../../networks/special-purpose";
import { fetchPublic } from "../../../stores/http/fetch-public";

jest.mock("node:dns", () => ({ ...jest.requireActual<typeof dns>("node:dns"), lookup: jest.fn() }));

jest.mock("node:https", () => {
  const actual = jest.requireActual<{ request: typeof request }>("node:https");
  const trusting = (options: RequestOptions) => actual.request({ ...options, rejectUnauthorized: false });
  return { ...actual, request: trusting };
});

jest.mock("../../../networks/special-purpose", () => {
  const actual = jest.requireActual<{ isPublicAddress: typeof isPublicAddress }>("../../../networks/special-purpose");
  return { ...actual, isPublicAddress: jest.fn(actual.isPublicAddress) };
});

const lookup = jest.mocked(
  dns.lookup as (host: string, options: object, done: (error: null, found: dns.LookupAddress[]) => void) => void,
);
const certificate = (name: string): Buffer => readFileSync(join(__dirname, "../../fixtures/tls", name));

let server: Server;
let url: URL;
let reply: (request: IncomingMessage, response: ServerResponse) => void;
let asked: number;

beforeEach(async () => {
  asked = 0;
  server = createServer({ key: certificate("key.pem"), cert: certificate("certificate.pem") }, (request, response) => {
    asked++;
    reply(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = new URL(`https://tables.example.org:${(server.address() as AddressInfo).port}/routing.table`);
  reply = (_, response) => response.writeHead(200, { ETag: '"1"' }).end("table");
  lookup.mockReset();
  lookup.mockImplementation((_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]));
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

const fetched = () => fetchPublic(url, new Headers({ "if-none-match": '"0"' }), new AbortController().signal);

test("the address is checked when connecting: a name is resolved once, so that it cannot lead elsewhere afterwards", async () => {
  await expect(fetched()).rejects.toThrow("tables.example.org is not on the public internet");
  expect(asked).toBe(0);
  expect(lookup).toHaveBeenCalledTimes(1);
});

describe("from a public address", () => {
  beforeEach(() => {
    jest.mocked(isPublicAddress).mockReturnValue(true);
  });

  test("body and ETag are those of fetch", async () => {
    const response = await fetched();
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([200, '"1"', "table"]);
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  test.each([304, 302, 404])("status %i is an answer", async (status) => {
    reply = ({ headers }, response) => response.writeHead(status, { Location: `${headers["if-none-match"]}` }).end();
    const response = await fetched();
    expect([response.status, response.headers.get("location")]).toEqual([status, '"0"']);
  });
});
