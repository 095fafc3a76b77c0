import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeLedger } from "../../../promotion/ledger/decode-ledger";
import { encodeLedger } from "../../../promotion/ledger/encode-ledger";
import type { Ledger } from "../../../promotion/ledger/ledger";
import { LedgerObject, ledgerKey } from "../../../promotion/ledger/ledger-object";
import { readLedger } from "../../../promotion/ledger/read-ledger";
import { LocalBucket } from "../../../stores/local/local-bucket";
import { StoreError } from "../../../stores/store-error";
import { runs } from "../../property-runs";
import { anyLedger, digestOfNumber } from "./ledger-arbitrary";

const ledger: Ledger = {
  format: 1,
  newest: 2,
  images: [
    {
      project: "app",
      repository: "app/server",
      digest: digestOfNumber(1),
      tags: ["v1"],
      promotion: 1,
      manifests: [digestOfNumber(2)],
      blobs: [digestOfNumber(3), digestOfNumber(4)],
    },
    {
      project: "app",
      repository: "app/server",
      digest: digestOfNumber(5),
      attachedTo: digestOfNumber(1),
      tags: [],
      promotion: 2,
      manifests: [],
      blobs: [digestOfNumber(3)],
    },
  ],
  files: [{ project: "tools", path: "v1/tool", sha256: digestOfNumber(6).slice(7), promotion: 1 }],
  covered: ["app"],
  complete: { "aws/eu files": 1, "google/us registry": 2 },
};

test("every ledger that is written is read again", async () => {
  await fc.assert(
    fc.asyncProperty(anyLedger, async (each) => {
      expect(await decodeLedger(await encodeLedger(each))).toEqual({ ledger: each });
    }),
    runs(100),
  );
});

test("the order of entries does not change the bytes", async () => {
  const other = {
    ...ledger,
    images: [...ledger.images].reverse(),
    complete: { "google/us registry": 2, "aws/eu files": 1 },
  };
  expect(await encodeLedger(other)).toEqual(await encodeLedger(ledger));
});

test("a byte that is missing or changed anywhere is found", async () => {
  const bytes = await encodeLedger(ledger);
  for (let at = 0; at < bytes.length; at++) {
    expect(await decodeLedger(bytes.subarray(0, at))).toHaveProperty("problem");
  }
  // The ten bytes of the header hold nothing of the content (RFC 1952, section 2.3).
  for (let at = 10; at < bytes.length; at++) {
    const other = Buffer.from(bytes);
    other.writeUInt8(other.readUInt8(at) ^ 0x10, at);
    const reading = await decodeLedger(other);
    if (!("problem" in reading)) expect(reading).toEqual({ ledger });
  }
});

const header = { format: 1, newest: 2, images: 1, files: 0, complete: {} };
const image = {
  project: "app",
  repository: "app/a",
  digest: digestOfNumber(1),
  tags: [],
  promotion: 1,
  manifests: [],
  blobs: [],
};
const file = { project: "app", path: "a/b", sha256: digestOfNumber(1).slice(7), promotion: 1 };

test.each<[string, readonly object[], string]>([
  ["a newer format", [{ ...header, format: 2, images: 0 }], "line 1: format: "],
  ["an unknown member", [{ ...header, images: 0, more: 1 }], "line 1: it: Unrecognized key"],
  ["an unknown member of an image", [header, { ...image, more: 1 }], "line 2: it: Unrecognized key"],
  ["an entry too few", [header], "it has 0 entries, and its first line says 1"],
  ["an entry too many", [{ ...header, images: 0 }, image], "it has 1 entries, and its first line says 0"],
  ["a file in place of an image", [header, file], "line 2: repository: "],
  ["a digest of another kind", [header, { ...image, digest: "md5:00" }], "line 2: digest: "],
  ["a reference to nothing", [header, { ...image, blobs: [7] }], "line 2 refers to digest 7, which no line has named"],
  ["an image twice", [{ ...header, images: 2 }, image, { ...image, digest: 0 }], "line 3 has app/a@sha256:6b86"],
  ["a file twice", [{ ...header, images: 0, files: 2 }, file, file], "line 3 has a/b for a second time"],
  [
    "a path that leads elsewhere",
    [
      { ...header, images: 0, files: 1 },
      { ...file, path: "../b" },
    ],
    "line 2: path: not",
  ],
  ["a tag with a slash", [header, { ...image, tags: ["a/b"] }], "line 2: tags.0: not a tag"],
  ["a promotion to come", [header, { ...image, promotion: 3 }], "line 2 belongs to promotion 3, and the newest is 2"],
  [
    "a target ahead of the newest",
    [{ ...header, images: 0, complete: { "aws/eu files": 3 } }],
    "aws/eu files is complete up to promotion 3, and the newest is 2",
  ],
])("%s makes it unusable", async (_, lines, problem) => {
  const bytes = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const reading = await decodeLedger(bytes);
  expect("problem" in reading && reading.problem).toContain(problem);
});

describe("in a bucket", () => {
  const bucket = new LocalBucket({ url: "s3://tables" });
  beforeEach(() => bucket.objects.clear());

  test("no object is no ledger; a broken one is an error that says what to do, never an empty ledger", async () => {
    expect(await readLedger(bucket)).toBeUndefined();
    bucket.hold(ledgerKey, "");
    await expect(readLedger(bucket)).rejects.toThrow(
      "s3://tables/promotion/ledger.v1.jsonl.gz, the ledger of what was promoted, cannot be used: it is not compressed with gzip, damaged, or too long: remove it, or restore an earlier copy: without one, the next run makes it again",
    );
    await expect(readLedger(bucket)).rejects.toMatchObject({ fault: "corrupt" });
  });

  test("it is replaced only if it is the version that was read", async () => {
    const object = new LedgerObject(bucket);
    const none = await object.read();
    const first = await object.replace(none, ledger);
    expect(await object.read()).toEqual(first);
    expect(await readLedger(bucket)).toEqual(ledger);
    const second = await object.replace(first, { ...ledger, newest: 3 });
    for (const stale of [none, first]) {
      await expect(object.replace(stale, { ...ledger, newest: 4 })).rejects.toMatchObject({ fault: "exists" });
    }
    expect(await object.read()).toEqual(second);
    bucket.objects.clear();
    await expect(object.replace(second, ledger)).rejects.toMatchObject({ fault: "exists" });
  });

  test("a write whose answer was lost counts", async () => {
    const object = new LedgerObject(bucket);
    const none = await object.read();
    await object.replace(none, ledger);
    expect((await object.replace(none, ledger)).ledger).toBe(ledger);
  });

  test("what the bucket says passes", async () => {
    bucket.open = async () => {
      throw new StoreError("no", "denied");
    };
    await expect(new LedgerObject(bucket).read()).rejects.toMatchObject({ fault: "denied" });
  });
});
