import { createHash } from "node:crypto";
import fs, { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { lambdaZip } from "../../packaging/lambda-zip";
import type { LambdaEvent, LambdaResult, PayloadEvent } from "../../redirector/servers/lambda-events";
import { compileRoutingTable } from "../../routing/compile-routing-table";
import { allListed, fixture, inventoryOf, ranges } from "../routing/tables";

const small = inventoryOf(fixture("small"));
const table = compileRoutingTable(small, allListed(small), ranges);
const zip = lambdaZip(table);
let directory: string;
let handler: (event: LambdaEvent) => Promise<LambdaResult>;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mirrorform-lambda-"));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) writeFileSync(join(directory, name), bytes);
  // No mirror is probed, because the mirrors of a fixture do not exist.
  Object.assign(process.env, { MIRRORFORM_CLIENT_ADDRESS: "socket", MIRRORFORM_PRESENCE: "assume" });
  ({ handler } = require(join(directory, "index.js")));
});

afterAll(() => rmSync(directory, { recursive: true }));

test("the same sources and table give the same bytes", () => {
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  expect(sha256(lambdaZip(table))).toBe(sha256(zip));
});

test("the zip holds the handler and the table, and no CDKTF", () => {
  const files = unzipSync(zip);
  expect(Object.keys(files).sort()).toEqual(["index.js", "routing.table"]);
  expect(files["index.js"]?.length).toBeLessThan(256 * 1024);
});

interface Changes {
  readonly method?: string;
  readonly query?: string;
  readonly sourceIp?: string;
  readonly host?: string;
}

function event(rawPath: string, changes: Changes = {}): PayloadEvent {
  const { method = "GET", query = "", sourceIp = "192.0.2.1", host = "registry.example.org" } = changes;
  return {
    rawPath,
    rawQueryString: query,
    headers: { host, "x-forwarded-for": "35.180.1.1" },
    requestContext: { http: { method, sourceIp } },
  };
}

describe("the bundled handler", () => {
  const written: string[] = [];
  beforeEach(() => {
    written.length = 0;
    const take = (_: number, bytes: Uint8Array, done: (error: null, count: number) => void) => {
      written.push(Buffer.from(bytes).toString());
      setImmediate(done, null, bytes.length);
    };
    jest.spyOn(fs, "write").mockImplementation(take as typeof fs.write);
  });
  afterEach(() => jest.restoreAllMocks());

  test("redirects by the address that API Gateway reports, not by a forged one", async () => {
    const digest = `sha256:${"b".repeat(64)}`;
    const answer = await handler(event(`/v2/pause/blobs/${digest}`, { sourceIp: "52.94.76.1" }));
    expect(answer).toMatchObject({
      statusCode: 307,
      headers: { Location: expect.stringContaining("artifacts-aws-us-east-1") },
    });
    expect(JSON.parse(written[0] ?? "")).toMatchObject({ mirror: "aws/us-east-1", network: { region: "us-west-2" } });
    expect(written.join()).not.toContain("52.94");
  });

  test("keeps the query, and answers HEAD without a body", async () => {
    expect(await handler(event("/v2/pause/tags/list", { query: "n=2" }))).toMatchObject({
      headers: { Location: expect.stringMatching(/\/tags\/list\?n=2$/) },
    });
    expect(await handler(event("/v2/_catalog", { method: "HEAD" }))).toMatchObject({ statusCode: 404, body: "" });
  });

  test("an internal error is logged and answered with status 500, and the function continues", async () => {
    const broken = event("/v2/");
    const headers = Object.defineProperty({}, "accept", {
      get: () => {
        throw new Error("out of luck");
      },
    });
    expect(await handler({ ...broken, headers })).toMatchObject({ statusCode: 500 });
    expect(JSON.parse(written.join(""))).toMatchObject({
      severity: "ERROR",
      message: "a request was answered with status 500: out of luck",
    });
  });

  test.each([
    ["/bin/a b", "/bin/a%20b"],
    ["/100%", "/100%25"],
    ["/a%41", "/a%2541"],
    ["/caf\u00e9", "/caf%C3%A9"],
    ["/what?", "/what%3F"],
    ["/a/../b", "/b"],
    ["/../b", undefined],
    ["/a\r\nb", undefined],
  ])("accepts the path as API Gateway passes it, decoded: %j", async (rawPath, path) => {
    const { statusCode, headers } = await handler(event(rawPath, { host: "dl.example.org", sourceIp: "52.94.76.1" }));
    if (path === undefined) expect([400, 404]).toContain(statusCode);
    const bucket = "https://artifacts-aws-us-east-1.s3.dualstack.us-east-1.amazonaws.com";
    expect(headers?.Location).toBe(path === undefined ? undefined : bucket + path);
  });
});
