import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { GoogleBucket } from "../../../stores/google/google-bucket";
import { bodyOf } from "../../../stores/http/exchange";
import { HostLimits } from "../../../stores/http/host-limits";
import { bucketCases } from "../bucket-cases";
import { GoogleDouble, googleToken } from "../doubles/google-double";

const chunkSize = 512 * 1024;
const double = new GoogleDouble("artifacts");
const unlimited = new HostLimits(() => ({ concurrent: 100, perSecond: 1_000_000 }));
let waited: number[] = [];

beforeAll(() => double.start());
afterAll(() => double.stop());

beforeEach(() => {
  double.received.length = 0;
  double.objects.clear();
  double.instead = () => undefined;
  double.accept = (bytes) => bytes.length;
  waited = [];
});

afterEach(() => {
  expect(double.complaints.splice(0)).toEqual([]);
  expect(double.sessions.size).toBe(0);
});

function bucketWith(getToken = async () => googleToken): GoogleBucket {
  const wait = async (milliseconds: number) => waited.push(milliseconds);
  return new GoogleBucket({ bucket: "artifacts", endpoint: double.url, getToken, chunkSize, wait, limits: unlimited });
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const bytes = Buffer.from("content");
const sha256 = sha256Of(bytes);
const large = randomBytes(2 * chunkSize + 1_000);

test.each(bucketCases.map(({ name, check }) => [name, check] as const))("%s", async (_, check) => {
  await check(bucketWith(), "p/");
});

test("a write carries type, cache control and checksum, and reports Google's", async () => {
  const options = { sha256, contentType: "text/plain", cacheControl: "no-cache" };
  const facts = await bucketWith().put("a/file.txt", bodyOf(bytes), options);
  const md5 = createHash("md5").update(bytes).digest("hex");
  expect(facts).toMatchObject({ key: "a/file.txt", size: 7, md5, recordedSha256: sha256, etag: expect.any(String) });
  expect(facts.sha256).toBeUndefined();
  expect(double.objects.get("a/file.txt")).toMatchObject({ contentType: "text/plain", cacheControl: "no-cache" });
  expect(double.received).toHaveLength(1);
});

test("a listing has checksums and what was recorded", async () => {
  await bucketWith().put("file", bodyOf(bytes), { sha256 });
  for await (const page of bucketWith().list("")) {
    expect(page).toEqual([await bucketWith().head("file")]);
  }
});

test("a large object is sent in chunks, with the checksum of the whole in the last one", async () => {
  await bucketWith().put("large", bodyOf(large), { sha256: sha256Of(large), cacheControl: "no-store" });
  expect(double.objects.get("large")?.bytes.equals(large)).toBe(true);
  expect(double.received.map(({ method, headers }) => [method, headers["content-range"]])).toEqual([
    ["POST", undefined],
    ["PUT", "bytes 0-524287/1049576"],
    ["PUT", "bytes 524288-1048575/1049576"],
    ["PUT", "bytes 1048576-1049575/1049576"],
  ]);
});

test.each([
  [1, 256 * 1024],
  [400_000, 256 * 1024],
  [1e9, chunkSize],
])("where the body permits %i bytes, chunks have %i", async (permitted, length) => {
  const arriving = Array.from({ length: 17 }, (_, index) => large.subarray(index * 65_536, (index + 1) * 65_536));
  const body = { ...bodyOf(large), open: () => Readable.from(arriving), mayHold: () => permitted };
  await bucketWith().put("large", body, { sha256: sha256Of(large) });
  expect(double.objects.get("large")?.bytes.equals(large)).toBe(true);
  const lengths = double.received.slice(1).map((request) => request.body.length);
  expect(lengths).toEqual([...Array(Math.floor(large.length / length)).fill(length), large.length % length]);
});

test("an object that the body permits to hold as a whole is one request", async () => {
  const whole = large.subarray(0, 400_000);
  const arriving = [whole.subarray(0, 300_000), whole.subarray(300_000)];
  const body = { ...bodyOf(whole), open: () => Readable.from(arriving), mayHold: () => whole.length };
  await bucketWith().put("whole", body, { sha256: sha256Of(whole) });
  expect(double.received.map(({ method }) => method)).toEqual(["POST"]);
});

test("a chunk that arrives in part is completed", async () => {
  double.accept = (chunk) => (chunk.length === chunkSize ? chunkSize / 2 : chunk.length);
  await bucketWith().put("large", bodyOf(large), { sha256: sha256Of(large) });
  expect(double.objects.get("large")?.bytes.equals(large)).toBe(true);
});

test.each([1, 2, 3])("after a failure of chunk %i, the upload continues with what is missing", async (failing) => {
  for (const how of ["close", "close-after", { status: 503 }] as const) {
    let chunks = 0;
    double.instead = ({ headers }) => {
      const isChunk = /^bytes [0-9]/.test(String(headers["content-range"]));
      return isChunk && ++chunks === failing ? how : undefined;
    };
    const key = `large ${JSON.stringify(how)}`;
    const options = { sha256: sha256Of(large), ifCurrent: "absent" } as const;
    await expect(bucketWith().put(key, bodyOf(large), options)).resolves.toMatchObject({ size: large.length });
    expect(double.objects.get(key)?.bytes.equals(large)).toBe(true);
    expect(chunks).toBe(how === "close-after" ? 3 : 4);
  }
});

test("an upload at another host is refused: the token would be sent there", async () => {
  double.instead = ({ method }) =>
    method === "POST" ? { status: 200, headers: { location: "https://other.example.org/upload" } } : undefined;
  await expect(bucketWith().put("large", bodyOf(large), { sha256: sha256Of(large) })).rejects.toThrow(/another host/);
  expect(double.received).toHaveLength(1);
});

test("bytes that change on their way are refused by Google, and nothing becomes visible", async () => {
  const refusal = { error: { code: 400, message: 'Provided MD5 hash "x" doesn\'t match calculated MD5 hash "y".' } };
  double.instead = ({ method }) => (method === "POST" ? { status: 400, body: JSON.stringify(refusal) } : undefined);
  await expect(bucketWith().put("file", bodyOf(bytes), { sha256 })).rejects.toMatchObject({ fault: "corrupt" });
});

test("without a token requests go without authorization", async () => {
  double.instead = ({ headers }) => ({ status: headers.authorization === undefined ? 401 : 500 });
  await expect(bucketWith(async () => undefined as never).head("file")).rejects.toMatchObject({ fault: "denied" });
});

test.each<[number, string, string, string]>([
  [401, "authError", "Invalid Credentials", "denied"],
  [403, "forbidden", "does not have storage.objects.create access", "denied"],
  [404, "notFound", "The specified bucket does not exist.", "refused"],
  [404, "notFound", "No such object: artifacts/file", "absent"],
  [412, "conditionNotMet", "no", "exists"],
])("status %i %s (%s) has fault %s", async (code, reason, message, fault) => {
  double.instead = () => ({ status: code, body: JSON.stringify({ error: { message, errors: [{ reason }] } }) });
  await expect(bucketWith().open("file")).rejects.toMatchObject({ fault, message: expect.stringContaining(message) });
});

test("too many requests with status 403 are repeated", async () => {
  const body = JSON.stringify({ error: { message: "slow", errors: [{ reason: "rateLimitExceeded" }] } });
  const answers = [{ status: 403, headers: { "retry-after": "3" }, body }, { status: 429 }];
  double.instead = () => answers.shift();
  expect(await bucketWith().head("file")).toBeUndefined();
  expect(waited).toEqual([3_000, 2_000]);
});

test("a body that is interrupted fails while it is read", async () => {
  await bucketWith().put("file", bodyOf(bytes), { sha256 });
  double.instead = () => "interrupt";
  const { body } = await bucketWith().open("file");
  await expect(buffer(body)).rejects.toMatchObject({ fault: "transient" });
});

test.each(["", "[]", "null", "{", '{"name":"file"}', '{"name":"other","size":"1"}', '{"name":"file","size":-1}'])(
  "the answer %j is not an object",
  async (body) => {
    double.instead = () => ({ status: 200, body });
    await expect(bucketWith().head("file")).rejects.toMatchObject({ fault: "refused" });
  },
);
