import { createHash, randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { bodyOf } from "../../../stores/http/exchange";
import { HostLimits } from "../../../stores/http/host-limits";
import { S3Bucket, type S3BucketOptions } from "../../../stores/s3/s3-bucket";
import { bucketCases } from "../bucket-cases";
import { S3Double, s3Keys } from "../doubles/s3-double";

const double = new S3Double("artifacts", "eu-west-1");
const unlimited = new HostLimits(() => ({ concurrent: 100, perSecond: 1_000_000 }));
let waited: number[] = [];

beforeAll(() => double.start());
afterAll(() => double.stop());

beforeEach(() => {
  double.received.length = 0;
  double.objects.clear();
  double.uploads.clear();
  double.instead = () => undefined;
  double.knowsChecksums = true;
  waited = [];
});

afterEach(() => {
  expect(double.complaints.splice(0)).toEqual([]);
});

function bucketWith(more: Partial<S3BucketOptions> = {}): S3Bucket {
  return new S3Bucket({
    bucket: "artifacts",
    region: "eu-west-1",
    endpoint: double.url,
    getKeys: async () => s3Keys,
    wait: async (milliseconds) => waited.push(milliseconds),
    limits: unlimited,
    largestPut: 150_000,
    partSize: 100_000,
    ...more,
  });
}

const bytes = Buffer.from("content");
const sha256 = createHash("sha256").update(bytes).digest("hex");

test.each(bucketCases.map(({ name, check }) => [name, check] as const))("%s", async (_, check) => {
  await check(bucketWith(), "p/");
  expect(double.uploads.size).toBe(0);
});

test.each(bucketCases.slice(1, 4).map(({ name, check }) => [name, check] as const))(
  "a session token is sent and signed: %s",
  async (_, check) => {
    await check(bucketWith({ getKeys: async () => ({ ...s3Keys, sessionToken: "a token" }) }), "p/");
    expect(new Set(double.received.map(({ headers }) => headers["x-amz-security-token"]))).toEqual(
      new Set(["a token"]),
    );
  },
);

test("a write carries type, cache control, checksum and length", async () => {
  const options = { sha256, contentType: "text/plain", cacheControl: "no-cache" };
  const facts = await bucketWith().put("file.txt", bodyOf(bytes), options);
  expect(facts).toMatchObject({ key: "file.txt", size: 7, sha256, recordedSha256: sha256 });
  expect(double.lines).toEqual(["PUT /artifacts/file.txt"]);
  expect(double.received[0]?.headers).toMatchObject({
    "content-type": "text/plain",
    "cache-control": "no-cache",
    "content-length": "7",
    "x-amz-checksum-sha256": createHash("sha256").update(bytes).digest("base64"),
    "x-amz-content-sha256": sha256,
    "x-amz-meta-sha256": sha256,
  });
});

test("a store that reports no checksum is asked what it has", async () => {
  double.knowsChecksums = false;
  const facts = await bucketWith().put("file", bodyOf(bytes), { sha256 });
  expect(facts).toMatchObject({ size: 7, sha256: undefined, recordedSha256: sha256 });
  expect(double.lines).toEqual(["PUT /artifacts/file", "HEAD /artifacts/file"]);
});

test("an object in parts: what put and head report", async () => {
  const large = randomBytes(250_000);
  const digest = createHash("sha256").update(large).digest("hex");
  const options = { sha256: digest, contentType: "a/b", cacheControl: "no-store" };
  const facts = await bucketWith().put("large", bodyOf(large), options);
  expect(facts).toMatchObject({ size: 250_000, sha256: digest, recordedSha256: digest });
  expect(await bucketWith().head("large")).toMatchObject({ size: 250_000, sha256: undefined, recordedSha256: digest });
  expect(double.objects.get("large")).toMatchObject({ contentType: "a/b", cacheControl: "no-store" });
  const upload = "uploadId=upload%201";
  expect(double.lines.slice(0, 5)).toEqual([
    "POST /artifacts/large?uploads=",
    `PUT /artifacts/large?partNumber=1&${upload}`,
    `PUT /artifacts/large?partNumber=2&${upload}`,
    `PUT /artifacts/large?partNumber=3&${upload}`,
    `POST /artifacts/large?${upload}`,
  ]);
});

test.each([
  ["a part fails once", "PUT", 503, "<Error><Code>SlowDown</Code></Error>"],
  ["completing fails with status 200", "POST", 200, "<Error><Code>InternalError</Code></Error>"],
])("%s, and is repeated alone", async (_, method, status, body) => {
  const large = randomBytes(250_000);
  let isFirst = true;
  double.instead = (request) => {
    if (request.method !== method || !request.path.includes("uploadId") || !isFirst) return undefined;
    isFirst = false;
    return { status, body };
  };
  await bucketWith().put("large", bodyOf(large), { sha256: createHash("sha256").update(large).digest("hex") });
  expect(double.objects.get("large")?.bytes.equals(large)).toBe(true);
  expect(double.lines).toHaveLength(7);
  expect(waited).toEqual([1_000]);
});

test("temporary failures are repeated as often and as late as the server says", async () => {
  const answers = [
    { status: 503, headers: { "retry-after": "7" }, body: "<Error><Code>SlowDown</Code></Error>" },
    { status: 500 },
    "close" as const,
  ];
  double.instead = () => answers.shift();
  expect(await bucketWith().put("file", bodyOf(bytes), { sha256 })).toMatchObject({ sha256 });
  expect(waited).toEqual([7_000, 2_000, 4_000]);
  double.instead = () => ({ status: 503 });
  await expect(bucketWith().head("file")).rejects.toMatchObject({ fault: "transient" });
  expect(waited).toHaveLength(7);
});

test.each([501, 405])(
  "a store without uploads in parts (%i): what one request may send is written, more is refused at once",
  async (status) => {
    double.instead = ({ method, url }) =>
      method === "POST" && url.searchParams.has("uploads") ? { status } : undefined;
    const fill = (length: number) => {
      const content = randomBytes(length);
      return [bodyOf(content), { sha256: createHash("sha256").update(content).digest("hex") }] as const;
    };
    await bucketWith().put("small", ...fill(150_000));
    await expect(bucketWith().put("large", ...fill(150_001))).rejects.toMatchObject({ fault: "unsupported" });
    expect([...double.objects.keys()]).toEqual(["small"]);
    expect(waited).toEqual([]);
  },
);

test("a store that asks for a pause gets it from all requests", async () => {
  const answers = [{ status: 503, headers: { "retry-after": "7" }, body: "<Error><Code>SlowDown</Code></Error>" }];
  double.instead = () => answers.shift();
  const other = bucketWith();
  let sent = 0;
  let isOver = false;
  const wait = async () => {
    const held = other.head("other").then(() => expect(isOver).toBe(true));
    sent = double.lines.length;
    // Longer than a request takes.
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(double.lines).toHaveLength(sent);
    isOver = true;
    pauses.push(held);
  };
  const pauses: Promise<void>[] = [];
  await bucketWith({ wait }).head("file");
  await Promise.all(pauses);
  expect(double.lines).toHaveLength(sent + 2);
});

test("a pause that is too long is not made", async () => {
  double.instead = () => ({ status: 429, headers: { "retry-after": "3600" } });
  await expect(bucketWith().head("file")).rejects.toMatchObject({ fault: "throttled" });
  expect(waited).toEqual([]);
});

test("a write whose answer was lost has not lost to another one", async () => {
  const answers = ["close-after" as const];
  double.instead = () => answers.shift();
  const options = { sha256, ifCurrent: "absent" };
  expect(await bucketWith().put("file", bodyOf(bytes), options)).toMatchObject({ size: 7, sha256 });
  expect(double.lines.map((line) => line.split(" ")[0])).toEqual(["PUT", "PUT", "HEAD"]);
  await expect(bucketWith().put("file", bodyOf(bytes), options)).rejects.toMatchObject({ fault: "exists" });
});

test("an answer that was accepted and not kept is noticed", async () => {
  double.instead = ({ method }) => (method === "PUT" ? { status: 200 } : undefined);
  await expect(bucketWith().put("file", bodyOf(bytes), { sha256 })).rejects.toMatchObject({ fault: "transient" });
});

test("a store that kept other bytes is noticed", async () => {
  const checksum = createHash("sha256").update("other").digest("base64");
  double.instead = () => ({ status: 200, headers: { "x-amz-checksum-sha256": checksum } });
  await expect(bucketWith().put("file", bodyOf(bytes), { sha256 })).rejects.toMatchObject({ fault: "corrupt" });
});

test("a body that is interrupted fails while it is read", async () => {
  await bucketWith().put("file", bodyOf(bytes), { sha256 });
  double.instead = () => "interrupt";
  const { body } = await bucketWith().open("file");
  await expect(buffer(body)).rejects.toMatchObject({ fault: "transient" });
});

const redirect = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>";
const malformed = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-east-2</Region></Error>";

test.each<[number, Record<string, string>, string, string, RegExp]>([
  [301, { "x-amz-bucket-region": "us-east-2" }, redirect, "refused", /in the region us-east-2; correct the inventory/],
  [400, {}, malformed, "refused", /in the region us-east-2; correct the inventory/],
  [403, {}, "<Error><Code>AccessDenied</Code></Error>", "denied", /AccessDenied.*: check the credentials/],
  [403, {}, "<Error><Code>RequestTimeTooSkewed</Code></Error>", "refused", /set this machine's clock/],
  [404, {}, "<Error><Code>NoSuchBucket</Code></Error>", "refused", /NoSuchBucket/],
  [404, {}, "<Error><Code>NoSuchKey</Code></Error>", "absent", /404 \(NoSuchKey\)/],
  [405, {}, "", "unsupported", /405/],
])("status %i with %j %s has fault %s", async (status, headers, body, fault, message) => {
  double.instead = () => ({ status, headers, body });
  const expected = expect.objectContaining({ fault, message: expect.stringMatching(message) });
  await expect(bucketWith().open("file")).rejects.toEqual(expected);
});

test.each(["", "a/../b", "..", "a/./b", "/a", "a\nb", "a\\..\\b", "\ud800", "x".repeat(1_025)])(
  "no request is sent for %j",
  async (key) => {
    await expect(bucketWith().head(key)).rejects.toThrow(/cannot be an object's name/);
    await expect(bucketWith().put(key, bodyOf(bytes), { sha256 })).rejects.toThrow(/cannot be an object's name/);
    expect(double.received).toEqual([]);
  },
);

test.each<[string, Partial<S3BucketOptions>, string]>([
  ["AWS", { endpoint: undefined }, "s3://artifacts"],
  ["another S3", { endpoint: "https://s3.example.org/" }, "https://s3.example.org/artifacts"],
  [
    "another S3, in the host",
    { endpoint: "https://example.org", isVirtualHosted: true },
    "https://artifacts.example.org",
  ],
])("the URL of a bucket at %s", (_, options, url) => {
  expect(bucketWith(options).url).toBe(url);
});
