import { readFileSync } from "node:fs";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import * as https from "node:https";
import type { AddressInfo, LookupFunction } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Deadline, DownloadFailed, type DownloadLimits, download } from "../../networks/download";
import type * as publicHosts from "../../networks/public-lookup";

const file = (name: string): Buffer => readFileSync(join(__dirname, "../fixtures/tls", name));

/* A server on loopback stands for one on the internet: its certificate is trusted, and its name passes for public. */
jest.mock("node:https", () => {
  const actual = jest.requireActual<typeof https>("node:https");
  return {
    ...actual,
    request: (options: https.RequestOptions) => actual.request({ ...options, ca: file("certificate.pem") }),
  };
});
jest.mock("../../networks/public-lookup", () => {
  const actual = jest.requireActual<typeof publicHosts>("../../networks/public-lookup");
  const { lookup } = jest.requireActual<typeof import("node:dns")>("node:dns");
  const named: LookupFunction = (host, options, done) =>
    host === "localhost" ? lookup("127.0.0.1", options, done as never) : actual.publicLookup(host, options, done);
  return { ...actual, publicLookup: named };
});

const seen: string[] = [];
let answer: RequestListener;
const servers: Server[] = [];

function listen(server: Server): Promise<void> {
  servers.push(server);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

const port = (index: number): number => ((servers[index] as Server).address() as AddressInfo).port;
const open = (path: string): string => `https://localhost:${port(0)}${path}`;

beforeAll(async () => {
  await listen(
    https.createServer({ cert: file("certificate.pem"), key: file("key.pem") }, (request, response) => {
      seen.push(`https ${request.url}`);
      answer(request, response);
    }),
  );
  await listen(
    createHttp((request, response) => {
      seen.push(`http ${request.url}`);
      response.end("inside");
    }),
  );
});
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});
beforeEach(() => seen.splice(0));

const limits = (more: Partial<DownloadLimits> = {}): DownloadLimits => ({
  deadline: new Deadline(5000),
  sizeBytes: 10_000,
  ...more,
});

/** Redirects to each of these in turn, and then responds. */
function redirectsTo(...targets: string[]): void {
  let hop = 0;
  answer = (_, response) => {
    const location = targets[hop++];
    if (location === undefined) response.end("arrived");
    else response.writeHead([301, 302, 307, 308][hop % 4] ?? 302, { location }).end();
  };
}

test("downloads from the public internet, also over three redirects", async () => {
  redirectsTo();
  expect(await download(open("/list"), limits())).toBe("arrived");
  redirectsTo("/b", open("/c"), "d?x=1");
  expect(await download(open("/a"), limits())).toBe("arrived");
  expect(seen.slice(1)).toEqual(["https /a", "https /b", "https /c", "https /d?x=1"]);
});

test.each<[string, () => string[], string]>([
  ["http", () => [`http://localhost:${port(1)}/internal`], `http://localhost:${"PORT"}/internal is not an https URL`],
  ["loopback", () => [`https://127.0.0.1:${port(1)}/internal`], "127.0.0.1 is not on the public internet"],
  ["loopback in IPv6", () => ["https://[::1]/internal"], "[::1] is not on the public internet"],
  [
    "a metadata service",
    () => ["https://169.254.169.254/latest/meta-data"],
    "169.254.169.254 is not on the public internet",
  ],
  ["a private network, as one number", () => ["https://167772161/"], "10.0.0.1 is not on the public internet"],
  ["a private network, through NAT64", () => ["https://[64:ff9b::10.0.0.1]/"], "is not on the public internet"],
  ["a file", () => ["file:///etc/hosts"], "file:///etc/hosts is not an https URL"],
  ["data", () => ["data:text/plain,0.0.0.0%2F0"], "is not an https URL"],
  ["what is not a URL", () => ["https://[/"], "it redirects to an invalid URL"],
  ["a circle", () => ["/1", "/2", "/3", "/4"], "it redirects more than 3 times"],
])("does not follow a redirect to %s", async (_, targets, message) => {
  redirectsTo(...targets());
  const failed = download(open("/list"), limits());
  await expect(failed).rejects.toThrow(DownloadFailed);
  await expect(failed).rejects.toThrow(message.replace("PORT", String(port(1))));
  expect(seen.filter((line) => line.startsWith("http "))).toEqual([]);
  expect(seen.length).toBeLessThanOrEqual(4);
});

test.each([
  ["http", () => `http://localhost:${port(1)}/`],
  ["loopback", () => `https://127.0.0.1:${port(0)}/`],
  ["loopback in IPv6", () => "https://[::1]/"],
])("does not download from %s", async (_, url) => {
  redirectsTo();
  await expect(download(url(), limits())).rejects.toThrow(DownloadFailed);
  expect(seen).toEqual([]);
});

test("does not send the user and password of a redirect, and does not show a query", async () => {
  let authorization: string | undefined = "none";
  answer = (request, response) => {
    authorization = request.headers.authorization;
    if (request.url === "/b") response.end("arrived");
    else response.writeHead(302, { location: `https://user:secret@localhost:${port(0)}/b` }).end();
  };
  expect(await download(open("/a"), limits())).toBe("arrived");
  expect(authorization).toBeUndefined();
  redirectsTo("http://user:secret@example.org/x?token=1");
  await expect(download(open("/a"), limits())).rejects.toThrow(/: http:\/\/example\.org\/x is not an https URL$/);
});

const gzip = (bytes: number, fill = "\n"): Buffer => gzipSync(Buffer.alloc(bytes, fill));

test.each<[string, () => Buffer, Record<string, string>]>([
  ["plain", () => Buffer.alloc(10_001, "#"), {}],
  ["packed", () => gzip(1_000_000), {}],
  ["packed, and declared", () => gzip(1_000_000), { "content-encoding": "gzip" }],
])("aborts a response that is too large: %s", async (_, body, headers) => {
  answer = (_request, response) => {
    response.writeHead(200, headers).end(body());
  };
  await expect(download(open("/list"), limits())).rejects.toThrow(`${open("/list")} sent more than 10,000 bytes`);
});

test("unpacks gzip of any declared type and chunking", async () => {
  answer = (_, response) => {
    const packed = gzipSync("ä line\n".repeat(1000));
    response.write(packed.subarray(0, 1), () => response.end(packed.subarray(1)));
  };
  expect(await download(open("/list"), limits())).toBe("ä line\n".repeat(1000));
  answer = (_, response) => {
    response.end();
  };
  expect(await download(open("/list"), limits())).toBe("");
});

test("applies one deadline to redirects and body", async () => {
  answer = (_, response) => {
    response.writeHead(200).write("# begun\n");
  };
  const deadline = new Deadline(100);
  await expect(download(open("/list"), limits({ deadline }))).rejects.toThrow("did not answer in full within 0.1 s");
  await expect(download(open("/list"), limits({ deadline }))).rejects.toThrow("did not answer in full within 0.1 s");
});
