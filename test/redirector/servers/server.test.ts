import { Redirector } from "../../../redirector/redirector";
import type { Listening } from "../../../redirector/servers/carrier";
import { listenOnNode } from "../../../redirector/servers/node-server";
import { DecisionLog } from "../../../redirector/telemetry/decision-log";
import { RedirectorMetrics } from "../../../redirector/telemetry/metrics";
import { fixture, inventoryOf, tableOf } from "../../routing/tables";
import { hostileRequests } from "../hostile-requests";
import { exchange } from "../raw-client";

const digest = `sha256:${"a".repeat(64)}`;
const blob = `/v2/pause/blobs/${digest}`;
const lines: string[] = [];
let server: Listening;

beforeAll(async () => {
  const table = { current: tableOf(inventoryOf(fixture("small"))) };
  const { content, checksum } = table.current;
  const metrics = new RedirectorMetrics({
    version: "test",
    table: () => ({ ...content, checksum, loaded: new Date(0) }),
    breakers: () => [],
    droppedLines: () => 0,
  });
  const log = new DecisionLog((...parts) => lines.push(parts.join("")));
  const clientAddress = { from: "forwarded", position: 1 } as const;
  const redirector = new Redirector({ table, clientAddress, metrics, log });
  server = await listenOnNode(redirector, { port: 0, host: "127.0.0.1" });
});

afterAll(() => server.end());

beforeEach(() => {
  lines.length = 0;
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, { redirect: "manual", ...init });
}

const from = (address: string) => ({ headers: { "X-Forwarded-For": address } });

/** Sends raw bytes, and returns the answer's first line and headers. */
async function raw(request: string): Promise<string> {
  return (await exchange(server.port, request)).split("\r\n\r\n")[0] ?? "";
}

test("a blob: a redirect for this client only", async () => {
  const answer = await ask(blob, from("52.94.76.1"));
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toBe(
    `https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com/containers/images/${digest}`,
  );
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("vary")).toBe("*");
});

test("a manifest: a redirect that is the same for all clients", async () => {
  const answer = await ask("/v2/pause/manifests/latest?a=b", { method: "HEAD" });
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toMatch(/\/pause\/manifests\/latest\?a=b$/);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
});

test("a ping, with the header by which clients recognize a registry", async () => {
  const answer = await ask("/v2/");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
  expect(await answer.json()).toEqual({});
});

test.each([
  ["GET", "/v2/_catalog", 404, "UNSUPPORTED"],
  ["GET", "/v2/Pause/manifests/latest", 400, "NAME_INVALID"],
  ["GET", "/v2/pause/blobs/sha256:zz", 400, "DIGEST_INVALID"],
  ["PUT", "/v2/pause/manifests/latest", 405, "UNSUPPORTED"],
])("%s %s is refused in OCI's format", async (method, path, status, code) => {
  const answer = await ask(path, { method });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("allow")).toBe(status === 405 ? "GET, HEAD, OPTIONS" : null);
  expect(await answer.json()).toEqual({ errors: [{ code, message: expect.any(String) }] });
});

test("a refusal elsewhere is plain text", async () => {
  const answer = await ask("/-/b");
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
});

test("HEAD has the headers of GET and no body", async () => {
  const answer = await ask("/v2/_catalog", { method: "HEAD" });
  expect(answer.status).toBe(404);
  expect(Number(answer.headers.get("content-length"))).toBeGreaterThan(0);
  expect(await answer.text()).toBe("");
});

test.each(hostileRequests)("%s: 400 or 404, and never a Location", async (_, request) => {
  const answer = await raw(request);
  expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
  expect(answer).not.toMatch(/^location:/im);
});

test("the log has everything except the client, and the id of the request", async () => {
  const answer = await ask(blob, from("35.180.1.77"));
  await ask("/v2/pause/blobs/nothing", from("35.180.1.77"));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      class: "blob",
      name: "pause",
      digest,
      status: 307,
      mirror: "aws/us-east-1",
      network: { provider: "aws", region: "eu-west-3", asn: 16509 },
      requestId: answer.headers.get("x-request-id"),
    },
    { class: "refused", status: 400, network: {} },
  ]);
  expect(lines.join()).not.toContain("35.180");
});
