import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { bodyOf } from "../../stores/http/exchange";
import { bucketCases } from "./bucket-cases";
import { type BucketFault, MemoryBucket } from "./memory-bucket";

test.each(bucketCases.map(({ name, check }) => [name, check] as const))("%s", async (_, check) => {
  await check(new MemoryBucket({ checksums: ["sha256", "md5", "crc32c"] }), "p/");
});

const bytes = Buffer.from("content");
const options = { sha256: createHash("sha256").update(bytes).digest("hex") };

function failing(fault: BucketFault): MemoryBucket {
  const bucket = new MemoryBucket();
  bucket.hold("held", bytes);
  bucket.fault = () => fault;
  return bucket;
}

test("listings come in pages, and have the recorded checksum where the store lists it", async () => {
  const bucket = new MemoryBucket({ pageSize: 2, listsRecorded: true });
  for (const key of ["c", "a", "b"]) bucket.hold(key, key);
  const pages: string[][] = [];
  for await (const page of bucket.list("")) pages.push(page.map(({ key }) => key));
  expect(pages).toEqual([["a", "b"], ["c"]]);
  expect(bucket.asked()).toEqual(["list ", "list "]);
});

test.each<[BucketFault, string, boolean]>([
  ["throttled", "throttled", false],
  ["transient", "transient", false],
  ["denied", "denied", false],
  ["interrupted", "transient", false],
  ["damaged", "corrupt", false],
])("a write that is %s fails with fault %s", async (fault, expected, isThere) => {
  const bucket = failing(fault);
  await expect(bucket.put("new", bodyOf(bytes), options)).rejects.toMatchObject({ fault: expected });
  expect(bucket.objects.has("new")).toBe(isThere);
});

test("a write can be lost, or kept with other bytes", async () => {
  await expect(failing("lost").put("held", bodyOf(bytes), options)).resolves.toMatchObject({ size: 7 });
  const lost = failing("lost");
  await lost.put("new", bodyOf(bytes), options);
  expect(lost.objects.has("new")).toBe(false);
  const facts = await failing("kept-damaged").put("new", bodyOf(bytes), options);
  expect(facts.sha256).not.toBe(options.sha256);
  expect(facts.recordedSha256).toBe(options.sha256);
});

test("a read can be interrupted, or damaged", async () => {
  const interrupted = await failing("interrupted").open("held");
  await expect(buffer(interrupted.body)).rejects.toMatchObject({ fault: "transient" });
  const damaged = await failing("read-damaged").open("held");
  expect(await buffer(damaged.body)).toEqual(Buffer.from("bontent"));
});

test("a delay holds a request up", async () => {
  const bucket = new MemoryBucket();
  let release = () => {};
  bucket.delay = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const written = bucket.put("key", bodyOf(bytes), options);
  expect(bucket.asked()).toEqual(["put key"]);
  expect(bucket.objects.size).toBe(0);
  release();
  await written;
  expect(bucket.objects.size).toBe(1);
});
