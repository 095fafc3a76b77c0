import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Bucket, ObjectFacts, PutOptions } from "../../stores/bucket";
import { Crc32c } from "../../stores/crc32c";
import { type Body, bodyOf } from "../../stores/http/exchange";
import type { StoreFault } from "../../stores/store-error";

/** What every `Bucket` does, whatever store is behind it: run against doubles by Jest, and against real programs by the peers. */
export interface BucketCase {
  readonly name: string;
  /** @param bucket in which nothing else has a key that begins with `prefix` @throws Error if the bucket does something else */
  check(bucket: Bucket, prefix: string): Promise<void>;
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function put(bucket: Bucket, key: string, bytes: Buffer, more: Partial<PutOptions> = {}): Promise<ObjectFacts> {
  return bucket.put(key, bodyOf(bytes), { sha256: sha256Of(bytes), ...more });
}

async function read(bucket: Bucket, key: string, from?: number): Promise<Buffer> {
  return buffer((await bucket.open(key, from === undefined ? {} : { from })).body);
}

async function listAll(bucket: Bucket, prefix: string, signal?: AbortSignal): Promise<ObjectFacts[]> {
  const found: ObjectFacts[] = [];
  for await (const page of bucket.list(prefix, signal)) found.push(...page);
  return found;
}

function hasFault(fault: StoreFault) {
  return (error: unknown) => {
    equal((error as { fault?: StoreFault }).fault, fault, (error as Error).message);
    return true;
  };
}

/** Checks what a store reports against the bytes, and that it reports something by which they can be verified. */
function checkFacts(facts: ObjectFacts | undefined, key: string, bytes: Buffer): void {
  ok(facts, `${key} must exist`);
  equal(facts.key, key);
  equal(facts.size, bytes.length);
  const expected = {
    sha256: sha256Of(bytes),
    recordedSha256: sha256Of(bytes),
    md5: createHash("md5").update(bytes).digest("hex"),
    crc32c: new Crc32c().update(bytes).digest(),
  };
  for (const [name, value] of Object.entries(expected)) {
    const reported: string | undefined = facts[name as keyof typeof expected];
    if (reported !== undefined) equal(reported, value, name);
  }
}

/** A body that does not come in one piece. */
function inPieces(bytes: Buffer, size = 1_000): Body {
  function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return { length: bytes.length, open: () => Readable.from(pieces(), { objectMode: false }) };
}

/** Names that have to be encoded in one place or another. */
const keys = [
  "containers/images/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "release/v1.31.0/bin/linux/amd64/kubectl",
  "a b/plus+and&amp;<x>'\"!*()~$@=;,?#%41.txt",
  "ünïcode/日本語/𝄞",
  "double//slash",
];

/** The cases. Objects are small, apart from those of `largeBytes`. */
export const bucketCases: readonly BucketCase[] = [
  {
    name: "an object that does not exist has no facts, and cannot be opened",
    async check(bucket, prefix) {
      equal(await bucket.head(`${prefix}none`), undefined);
      await rejects(bucket.open(`${prefix}none`), hasFault("absent"));
      await bucket.remove(`${prefix}none`);
    },
  },
  ...keys.map((name) => ({
    name: `${name} is written, reported, listed, read and removed`,
    async check(bucket: Bucket, prefix: string) {
      const key = `${prefix}${name}`;
      const bytes = randomBytes(5_000);
      const options = { contentType: "text/plain", cacheControl: "public, max-age=60" };
      checkFacts(await put(bucket, key, bytes, options), key, bytes);
      const facts = await bucket.head(key);
      checkFacts(facts, key, bytes);
      ok(facts?.sha256 ?? facts?.md5 ?? facts?.crc32c, "the store must report a checksum of its own");
      equal(facts?.recordedSha256, sha256Of(bytes));
      deepEqual(await read(bucket, key), bytes);
      deepEqual(
        (await listAll(bucket, key)).map((one) => [one.key, one.size]),
        [[key, 5_000]],
      );
      await bucket.remove(key);
      equal(await bucket.head(key), undefined);
      deepEqual(await listAll(bucket, key), []);
    },
  })),
  {
    name: "an empty object is written and read",
    async check(bucket, prefix) {
      const key = `${prefix}empty`;
      checkFacts(await put(bucket, key, Buffer.alloc(0)), key, Buffer.alloc(0));
      checkFacts(await bucket.head(key), key, Buffer.alloc(0));
      deepEqual(await read(bucket, key), Buffer.alloc(0));
    },
  },
  {
    name: "an object is read from any byte, and its facts are those of the whole",
    async check(bucket, prefix) {
      const key = `${prefix}range`;
      const bytes = randomBytes(3_000);
      await put(bucket, key, bytes);
      for (const from of [0, 1, 2_999]) deepEqual(await read(bucket, key, from), bytes.subarray(from));
      const { facts, body } = await bucket.open(key, { from: 10 });
      body.destroy();
      checkFacts(facts, key, bytes);
      await rejects(bucket.open(key, { from: 3_000 }), hasFault("refused"));
    },
  },
  {
    name: "bytes that differ from their checksum never become visible",
    async check(bucket, prefix) {
      const key = `${prefix}corrupt`;
      const options = { sha256: sha256Of(Buffer.from("other bytes")) };
      await rejects(put(bucket, key, Buffer.from("these bytes"), options), hasFault("corrupt"));
      equal(await bucket.head(key), undefined);
      await put(bucket, key, Buffer.from("first"));
      await rejects(put(bucket, key, Buffer.from("these bytes"), options), hasFault("corrupt"));
      deepEqual(await read(bucket, key), Buffer.from("first"));
    },
  },
  ...[-1, 1].map((more) => ({
    name: `a body with ${more < 0 ? "fewer" : "more"} bytes than it should have is not written`,
    async check(bucket: Bucket, prefix: string) {
      const key = `${prefix}length${more}`;
      const bytes = randomBytes(2_000);
      const body = { length: bytes.length, open: () => Readable.from([Buffer.alloc(bytes.length + more, 1)]) };
      await rejects(bucket.put(key, body, { sha256: sha256Of(bytes) }), hasFault("corrupt"));
      equal(await bucket.head(key), undefined);
    },
  })),
  {
    name: "a source that fails is reported as it is, and nothing is written",
    async check(bucket, prefix) {
      const key = `${prefix}failing`;
      async function* failing() {
        yield Buffer.alloc(1_000);
        throw new Error("the source failed");
      }
      const body = { length: 2_000, open: () => Readable.from(failing(), { objectMode: false }) };
      await rejects(bucket.put(key, body, { sha256: sha256Of(Buffer.alloc(2_000)) }), /the source failed/);
      equal(await bucket.head(key), undefined);
    },
  },
  {
    name: "an object is overwritten, unless the condition forbids it",
    async check(bucket, prefix) {
      const key = `${prefix}condition`;
      const [first, second, third] = [Buffer.from("first"), Buffer.from("second"), Buffer.from("third")];
      const { etag } = await put(bucket, key, first, { ifCurrent: "absent" });
      ok(etag, "a version has a name");
      equal((await bucket.head(key))?.etag, etag);
      await rejects(put(bucket, key, second, { ifCurrent: "absent" }), hasFault("exists"));
      deepEqual(await read(bucket, key), first);
      await put(bucket, key, second, { ifCurrent: etag });
      await rejects(put(bucket, key, third, { ifCurrent: etag }), hasFault("exists"));
      deepEqual(await read(bucket, key), second);
      await put(bucket, key, third);
      deepEqual(await read(bucket, key), third);
    },
  },
  {
    name: "a listing has what begins with the prefix, in order, with sizes and versions",
    async check(bucket, prefix) {
      equal((await listAll(bucket, `${prefix}list/`)).length, 0);
      const names = ["list/b", "list/a/2", "list/a/10", "list/a&<b>", "list/ä", "list", "lists/x"];
      for (const [index, name] of names.entries()) await put(bucket, `${prefix}${name}`, Buffer.alloc(index + 1));
      const listed = await listAll(bucket, `${prefix}list/`);
      deepEqual(
        listed.map(({ key, size }) => [key.slice(prefix.length), size]),
        [
          ["list/a&<b>", 4],
          ["list/a/10", 3],
          ["list/a/2", 2],
          ["list/b", 1],
          ["list/ä", 5],
        ],
      );
      for (const { key, etag } of listed) equal(etag, (await bucket.head(key))?.etag);
    },
  },
  ...[100_000, 262_144, 800_000].map((length) => ({
    name: `a body of ${length} bytes in pieces arrives whole`,
    async check(bucket: Bucket, prefix: string) {
      const key = `${prefix}large-${length}`;
      const bytes = randomBytes(length);
      checkFacts(await bucket.put(key, inPieces(bytes), { sha256: sha256Of(bytes), ifCurrent: "absent" }), key, bytes);
      const facts = await bucket.head(key);
      checkFacts(facts, key, bytes);
      equal(facts?.recordedSha256, sha256Of(bytes));
      deepEqual(await read(bucket, key), bytes);
      deepEqual(await read(bucket, key, length - 1), bytes.subarray(length - 1));
      await rejects(
        bucket.put(key, inPieces(bytes), { sha256: sha256Of(bytes), ifCurrent: "absent" }),
        hasFault("exists"),
      );
      const wrong = { sha256: sha256Of(Buffer.from("other bytes")) };
      await rejects(bucket.put(`${key}-wrong`, inPieces(bytes), wrong), hasFault("corrupt"));
      equal(await bucket.head(`${key}-wrong`), undefined);
    },
  })),
  {
    name: "an aborted request fails with the reason of the signal",
    async check(bucket, prefix) {
      const signal = AbortSignal.abort(new Error("stopped"));
      const bytes = Buffer.from("x");
      await rejects(bucket.head(`${prefix}x`, signal), /stopped/);
      await rejects(put(bucket, `${prefix}x`, bytes, { signal }), /stopped/);
      await rejects(bucket.open(`${prefix}x`, { signal }), /stopped/);
      await rejects(listAll(bucket, prefix, signal), /stopped/);
    },
  },
];
