import { createHash, createHmac } from "node:crypto";
import { S3Reader, type S3ReaderOptions } from "../../../stores/s3/s3-reader";
import { ObjectServer, type ReceivedRequest, replyWithError, replyWithObject } from "../object-server";

const server = new ObjectServer();
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: secret };
const { env } = process;

beforeAll(() => server.start());
afterAll(() => server.stop());

beforeEach(() => {
  server.received = [];
  process.env = {};
});

afterEach(() => {
  process.env = env;
});

function get(key: string, options: Partial<S3ReaderOptions> = {}, etag?: string) {
  const bucket = new S3Reader({ bucket: "artifacts", region: "eu-west-1", ...options });
  return bucket.get(key, { etag, limit: 1_000, signal: new AbortController().signal });
}

/**
 * The signature that a request should have, by "Create a signed AWS API request" in the IAM User Guide, computed here with
 * plain hashes.
 */
function expectedSignature({ method, path, headers }: ReceivedRequest, region: string, signedHeaders: string): string {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const mac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const time = String(headers["x-amz-date"]);
  const day = time.slice(0, 8);
  const lines = signedHeaders.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, path, "", lines.join(""), signedHeaders, headers["x-amz-content-sha256"]].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, `${day}/${region}/s3/aws4_request`, hash(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(mac, `AWS4${secret}`);
  return mac(key, text).toString("hex");
}

test("an object is read by ETag, with a signature", async () => {
  Object.assign(process.env, credentials, {
    AWS_ENDPOINT_URL_S3: `${server.url}/`,
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_SESSION_TOKEN: "a token",
  });
  server.reply = replyWithObject("one", '"1"');
  const region = { region: "ap-east-2" };
  const found = { outcome: "found", bytes: Buffer.from("one"), etag: '"1"' };
  expect(await get("tables/routing table", region)).toEqual(found);
  expect(await get("tables/routing table", region, '"1"')).toEqual({ outcome: "unchanged" });
  expect(server.lines).toEqual(Array(2).fill("GET /artifacts/tables/routing%20table"));
  expect(server.received.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"']);
  for (const request of server.received) {
    const authorization = String(request.headers.authorization);
    const [, scope, signed = "", signature] =
      /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(authorization) ?? [];
    expect(scope).toMatch(/^AKIDEXAMPLE\/[0-9]{8}\/ap-east-2\/s3\/aws4_request$/);
    expect(signed.split(";")).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token"]));
    expect(request.headers["x-amz-security-token"]).toBe("a token");
    expect(signature).toBe(expectedSignature(request, "ap-east-2", signed));
  }
});

test("without a session token none is sent", async () => {
  Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: server.url });
  server.reply = replyWithObject("one", '"1"');
  expect(await get("routing.table")).toMatchObject({ outcome: "found" });
  expect(server.received[0]?.headers).not.toHaveProperty("x-amz-security-token");
});

test.each([
  ["artifacts", "a/b+c", "eu-west-1", "https://artifacts.s3.dualstack.eu-west-1.amazonaws.com/a/b%2Bc"],
  ["a.example.org", "a", "eu-west-1", "https://s3.dualstack.eu-west-1.amazonaws.com/a.example.org/a"],
  ["artifacts", "a", "cn-north-1", "https://artifacts.s3.dualstack.cn-north-1.amazonaws.com.cn/a"],
])("in bucket %s, object %s in %s is at %s", async (bucket, key, region, url) => {
  Object.assign(process.env, credentials);
  const fetched = jest.spyOn(globalThis, "fetch").mockResolvedValue(new Response("one"));
  expect(await get(key, { bucket, region })).toMatchObject({ outcome: "found" });
  expect(fetched).toHaveBeenCalledWith(expect.objectContaining({ url }), expect.anything());
  fetched.mockRestore();
});

test.each([
  ["AWS_ACCESS_KEY_ID", {}],
  ["AWS_SECRET_ACCESS_KEY", { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE" }],
])("a missing %s is reported, and nothing is sent", async (name, variables) => {
  Object.assign(process.env, variables, { AWS_ENDPOINT_URL: server.url });
  const reason = `the environment variable ${name} is not set, so requests cannot be signed`;
  expect(await get("routing.table")).toEqual({ outcome: "failed", reason });
  expect(server.received).toEqual([]);
});

test("errors are not retried, and a redirect, which means another region, is not followed", async () => {
  Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: server.url });
  server.reply = replyWithError(503, "<Error><Code>SlowDown</Code></Error>");
  const slowDown = { outcome: "failed", reason: "it answered with status 503 (SlowDown)", status: 503 };
  expect(await get("routing.table")).toEqual(slowDown);
  server.reply = (_, response) =>
    response.writeHead(301, { Location: "/elsewhere" }).end("<Code>PermanentRedirect</Code>");
  const redirect = { outcome: "failed", reason: "it answered with status 301 (PermanentRedirect)", status: 301 };
  expect(await get("routing.table")).toEqual(redirect);
  expect(server.received).toHaveLength(2);
});
