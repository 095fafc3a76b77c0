import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AzureBucket } from "../../../stores/azure/azure-bucket";
import { readAzurePage } from "../../../stores/azure/azure-facts";
import { bodyOf } from "../../../stores/http/exchange";
import { HostLimits } from "../../../stores/http/host-limits";
import { bucketCases } from "../bucket-cases";
import { AzureDouble, azureToken } from "../doubles/azure-double";

const double = new AzureDouble("artifacts");
const unlimited = new HostLimits(() => ({ concurrent: 100, perSecond: 1_000_000 }));
let waited: number[] = [];

beforeAll(() => double.start());
afterAll(() => double.stop());

beforeEach(() => {
  double.received.length = 0;
  double.objects.clear();
  double.instead = () => undefined;
  waited = [];
});

afterEach(() => {
  expect(double.complaints.splice(0)).toEqual([]);
});

function openBucket(): AzureBucket {
  return new AzureBucket({
    account: "donor",
    container: "artifacts",
    endpoint: `${double.url}/`,
    getToken: async () => azureToken,
    blockSize: 200_000,
    wait: async (milliseconds) => waited.push(milliseconds),
    limits: unlimited,
  });
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const bytes = Buffer.from("content");
const sha256 = sha256Of(bytes);
const large = randomBytes(500_000);

test.each(bucketCases.map(({ name, check }) => [name, check] as const))("%s", async (_, check) => {
  await check(openBucket(), "p/");
});

test("a write carries type, cache control and MD5, and reports what Azure has", async () => {
  const options = { sha256, contentType: "text/plain", cacheControl: "no-cache" };
  const md5 = createHash("md5").update(bytes).digest("hex");
  const facts = await openBucket().put("a/file.txt", bodyOf(bytes), options);
  expect(facts).toMatchObject({
    key: "a/file.txt",
    size: 7,
    md5,
    recordedSha256: sha256,
    etag: expect.stringMatching(/^"0x8DC[0-9]+"$/),
  });
  expect(double.objects.get("a/file.txt")).toMatchObject({ contentType: "text/plain", cacheControl: "no-cache" });
  expect(double.lines).toEqual(["PUT /artifacts/a/file.txt", "HEAD /artifacts/a/file.txt"]);
});

test("a listing has MD5 and what was recorded", async () => {
  await openBucket().put("file", bodyOf(bytes), { sha256 });
  for await (const page of openBucket().list("")) expect(page).toEqual([await openBucket().head("file")]);
});

test("a large blob is sent in blocks, and only a block that failed is sent again", async () => {
  const answers = [undefined, { status: 503, body: "<Error><Code>ServerBusy</Code></Error>" }, "close" as const];
  double.instead = () => answers.shift();
  const options = { sha256: sha256Of(large), contentType: "a/b", cacheControl: "no-store" };
  const facts = await openBucket().put("large", bodyOf(large), options);
  expect(facts).toMatchObject({ size: 500_000, md5: createHash("md5").update(large).digest("hex") });
  expect(double.objects.get("large")).toMatchObject({ contentType: "a/b", cacheControl: "no-store" });
  expect(double.objects.get("large")?.bytes.equals(large)).toBe(true);
  expect(waited).toEqual([1_000, 2_000]);
  expect(double.received.map(({ method, url }) => `${method} ${url.searchParams.get("comp")}`)).toEqual([
    ...Array(5).fill("PUT block"),
    "PUT blocklist",
    "HEAD null",
  ]);
});

test("blocks are as short as the body permits, and as long again when it permits more", async () => {
  const permitted = [100_000, 100_000, 30_000];
  const chunks = Array.from({ length: 50 }, (_, index) => large.subarray(index * 10_000, (index + 1) * 10_000));
  const body = { ...bodyOf(large), open: () => Readable.from(chunks), mayHold: () => permitted[countBlocks()] ?? 1e9 };
  const countBlocks = () => double.received.filter(({ url }) => url.searchParams.get("comp") === "block").length;
  await openBucket().put("large", body, { sha256: sha256Of(large) });
  expect(double.objects.get("large")?.bytes.equals(large)).toBe(true);
  const lengths = double.received.map(({ body: { length } }) => length).slice(0, countBlocks());
  expect(lengths).toEqual([100_000, 100_000, 30_000, 200_000, 70_000]);
});

test("two uploads of one blob do not mix their blocks", async () => {
  const other = randomBytes(500_000);
  await Promise.all(
    [large, other].map((one) => openBucket().put("large", bodyOf(one), { sha256: sha256Of(one), ifCurrent: "absent" })),
  ).catch((error) => expect(error).toMatchObject({ fault: "exists" }));
  const kept = double.objects.get("large");
  expect([sha256Of(large), sha256Of(other)]).toContain(sha256Of(kept?.bytes ?? bytes));
  expect(kept?.sha256).toBe(sha256Of(kept?.bytes ?? bytes));
});

test("a write whose answer was lost has not lost to another one", async () => {
  const answers = ["close-after" as const];
  double.instead = () => answers.shift();
  const options = { sha256, ifCurrent: "absent" };
  expect(await openBucket().put("file", bodyOf(bytes), options)).toMatchObject({ size: 7 });
  await expect(openBucket().put("file", bodyOf(bytes), options)).rejects.toMatchObject({ fault: "exists" });
});

test("a blob that Azure accepted and did not keep is noticed", async () => {
  double.instead = ({ method }) => (method === "PUT" ? { status: 201 } : undefined);
  await expect(openBucket().put("file", bodyOf(bytes), { sha256 })).rejects.toMatchObject({ fault: "transient" });
});

test("a body that is interrupted fails while it is read", async () => {
  await openBucket().put("file", bodyOf(bytes), { sha256 });
  double.instead = () => "interrupt";
  const { body } = await openBucket().open("file");
  await expect(buffer(body)).rejects.toMatchObject({ fault: "transient" });
});

test.each<[number, string, string]>([
  [400, "Md5Mismatch", "corrupt"],
  [401, "InvalidAuthenticationInfo", "denied"],
  [403, "AuthorizationPermissionMismatch", "denied"],
  [404, "BlobNotFound", "absent"],
  [404, "ContainerNotFound", "refused"],
  [409, "BlobAlreadyExists", "exists"],
  [409, "LeaseIdMissing", "refused"],
  [409, "PublicAccessNotPermitted", "denied"],
  [412, "ConditionNotMet", "exists"],
])("status %i %s has fault %s", async (status, code, fault) => {
  double.instead = () => ({ status, headers: { "x-ms-error-code": code } });
  await expect(openBucket().open("file")).rejects.toMatchObject({ fault, message: expect.stringContaining(code) });
});

test("a container that does not exist is not an empty one", async () => {
  double.instead = () => ({ status: 404, headers: { "x-ms-error-code": "ContainerNotFound" } });
  await expect(openBucket().head("file")).rejects.toMatchObject({ fault: "refused" });
  await expect(openBucket().remove("file")).rejects.toMatchObject({ fault: "refused" });
});

test("the URL of a container at Azure", () => {
  const bucket = new AzureBucket({ account: "donor", container: "files", getToken: async () => azureToken });
  expect(bucket.url).toBe("https://donor.blob.core.windows.net/files");
});

test("names with characters that XML does not permit are decoded", () => {
  const blob =
    '<Blob><Name Encoded="true">a%EF%BF%BEb</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>';
  const page = readAzurePage(`<EnumerationResults><Blobs>${blob}</Blobs><NextMarker/></EnumerationResults>`);
  expect(page).toEqual({ objects: [expect.objectContaining({ key: "a\ufffeb", size: 1 })], next: undefined });
});
