import fc from "fast-check";
import { sha256 } from "../../document/sha256";
import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { imageKey } from "../../overlay/image-key";
import type { OverlayContent } from "../../overlay/overlay-content";
import { runs } from "../property-runs";

const digest = `sha256:${"a".repeat(64)}`;
const child = `sha256:${"c".repeat(64)}`;

const content: OverlayContent = {
  issued: "2026-11-20T12:00:00Z",
  promoted: {
    covers: { images: ["etcd", "kube-proxy"], files: ["release/v1"] },
    newest: 12,
    objects: [
      { key: imageKey("etcd/etcd", digest), promotion: 3, isEverywhere: true },
      { key: "release/v1/tool", promotion: 12, isEverywhere: false },
    ],
    complete: { "aws/eu-west-1 blobs": 11, "google/europe-west4 registry": 12 },
  },
  withdrawn: {
    images: [
      { repository: "etcd/etcd", digest, tags: ["v3.5.0", "latest"], reason: "it loses data" },
      { repository: "kube-proxy", tags: ["v1"], reason: "a tag set by mistake" },
    ],
    objects: [imageKey("etcd/etcd", child)],
    files: [{ path: "release/v1/old", reason: "it was built wrongly" }],
  },
};

const good = encodeOverlay(content, () => [7, 8]);

/** Where objects begin. */
const objectsAt = good.length - 2 * 10;

/** The same overlay with other bytes, and a checksum that fits them, as somebody who may write it could make it. */
function withBytes(change: (bytes: Buffer) => Uint8Array | undefined): Uint8Array {
  const copy = Buffer.from(good);
  const bytes = Buffer.from(change(copy) ?? copy);
  bytes.set(sha256(bytes.subarray(0, 16), bytes.subarray(48)), 16);
  return bytes;
}

/** The same overlay with another JSON text, and no objects. */
function withText(text: string | Uint8Array): Uint8Array {
  return withBytes((bytes) => {
    const json = Buffer.from(text);
    const made = Buffer.alloc(56 + Math.ceil(json.length / 4) * 4);
    made.set(bytes.subarray(0, 56));
    made.writeUInt32LE(json.length, 8);
    made.writeUInt32LE(0, 12);
    made.set(json, 56);
    return made;
  });
}

const withContent = (change: object): Uint8Array =>
  withText(JSON.stringify({ ...content, promoted: undefined, ...change }));

describe("a decoded overlay", () => {
  const overlay = decodeOverlay(good);

  test("knows promotions", () => {
    expect(overlay).toMatchObject({ issued: content.issued, newest: 12, objects: 2 });
    expect(overlay.promotionOf(`etcd/etcd@${digest}`)).toEqual({ promotion: 3, isEverywhere: true });
    expect(overlay.promotionOf("release/v1/tool")).toEqual({ promotion: 12, isEverywhere: false });
    expect(overlay.promotionOf(`etcd/other@${digest}`)).toBeUndefined();
    expect(overlay.completeUpTo("aws/eu-west-1 blobs")).toBe(11);
    expect(overlay.completeUpTo("aws/eu-west-1 files")).toBe(0);
    expect(overlay.completeUpTo("constructor")).toBe(0);
  });

  test.each<[string, boolean]>([
    ["etcd", true],
    ["etcd/etcd", true],
    ["etcd/a/b/c", true],
    ["etcd-backup", false],
    ["kube-proxy/x", true],
    ["other/etcd", false],
    ["", false],
  ])("covers images by whole segments: %s", (repository, isCovered) => {
    expect(overlay.coversImage(repository)).toBe(isCovered);
  });

  test.each<[string, boolean]>([
    ["release/v1", true],
    ["release/v1/a/b/tool", true],
    ["release/v10/tool", false],
    ["release", false],
    ["a/".repeat(2_000), false],
  ])("covers files by whole segments: %s", (path, isCovered) => {
    expect(overlay.coversFile(path)).toBe(isCovered);
  });

  test("knows withdrawals, each in its repository only", () => {
    expect(overlay.withdrawals).toBe(6);
    expect(overlay.withdrawalOfObject(imageKey("etcd/etcd", digest))).toBe("it loses data");
    expect(overlay.withdrawalOfObject(imageKey("etcd/etcd", child))).toBe("");
    expect(overlay.withdrawalOfObject(imageKey("kube-proxy", digest))).toBeUndefined();
    expect(overlay.withdrawalOfTag("etcd/etcd", "latest")).toBe("it loses data");
    expect(overlay.withdrawalOfTag("kube-proxy", "latest")).toBeUndefined();
    expect(overlay.withdrawalOfFile("release/v1/old")).toBe("it was built wrongly");
    expect(overlay.withdrawalOfFile("release/v1/tool")).toBeUndefined();
  });

  test("without an index knows no promotions, and covers nothing", () => {
    const bare = decodeOverlay(encodeOverlay({ issued: content.issued, withdrawn: content.withdrawn }));
    expect(bare).toMatchObject({ newest: undefined, objects: 0, withdrawals: 6 });
    expect(bare.promotionOf("release/v1/tool")).toBeUndefined();
    expect(bare.coversFile("release/v1/tool")).toBe(false);
  });

  test("is read from any place in a buffer", () => {
    const place = Buffer.alloc(good.length + 3);
    place.set(good, 3);
    expect(decodeOverlay(place.subarray(3)).promotionOf("release/v1/tool")?.promotion).toBe(12);
  });

  test("ignores members of a later release", () => {
    expect(decodeOverlay(withContent({ news: { deep: [] } })).objects).toBe(0);
  });
});

const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;

describe("bytes that are not an overlay", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /^not an overlay$/],
    ["a routing table", Buffer.concat([Buffer.from("MFRT"), Buffer.alloc(200)]), /^not an overlay$/],
    ["half of one", good.subarray(0, good.length / 2), /size differs/],
    ["another version", withBytes((bytes) => void bytes.writeUInt32LE(2, 4)), /version 2, but only version 1/],
    ["one byte more", withBytes((bytes) => Buffer.concat([bytes, Buffer.from([0])])), /size differs/],
    ["a wrong checksum", Buffer.from(good).fill(9, 16, 48), /checksum differs/],
    ["another key without another checksum", Buffer.from(good).fill(9, 48, 56), /checksum differs/],
    ["more objects than bytes", withBytes((bytes) => void bytes.writeUInt32LE(0xffffffff, 12)), /size differs/],
    ["more content than bytes", withBytes((bytes) => void bytes.writeUInt32LE(2 * 1024 * 1024, 8)), /size differs/],
    ["more content than allowed", withBytes((bytes) => void bytes.writeUInt32LE(0xfffffff0, 8)), /longer than 2097152/],
    ["unsorted hashes", withBytes((bytes) => void bytes.writeUInt32LE(0xffffffff, objectsAt)), /not sorted/],
    [
      "a hash twice",
      withBytes((bytes) => {
        bytes.copyWithin(objectsAt + 4, objectsAt, objectsAt + 4);
        bytes.copyWithin(objectsAt + 18, objectsAt + 16, objectsAt + 18);
      }),
      /not sorted/,
    ],
    ["promotion 0", withBytes((bytes) => void bytes.writeUInt32LE(1, objectsAt + 8)), /of promotion 0/],
    [
      "a promotion after the newest",
      withBytes((bytes) => void bytes.writeUInt32LE(26, objectsAt + 8)),
      /of promotion 13/,
    ],
    [
      "objects without an index",
      withBytes((bytes) => {
        const at = bytes.indexOf('"promoted"');
        bytes.write('"promited"', at);
      }),
      /of promotion/,
    ],
    ["no JSON", withText("{"), /not JSON/],
    ["text that is not UTF-8", withText(Buffer.from([0x22, 0xff, 0x22])), /not JSON/],
    ["deep JSON", withText(deep), /not JSON|is not an object/],
    ["deep JSON in a member", withText(`{"issued":${deep}}`), /not JSON|malformed/],
    ["a list", withText("[]"), /is not an object/],
    ["a day instead of a time", withContent({ issued: "2026-11-20" }), /issued is not a time/],
    ["no such time", withContent({ issued: "2026-13-20T12:00:00Z" }), /issued is not a time/],
    ["no withdrawals", withContent({ withdrawn: undefined }), /withdrawn is missing/],
    [
      "a long reason",
      withContent({ withdrawn: { images: [], objects: [], files: [{ path: "a", reason: "x".repeat(501) }] } }),
      /at most 500/,
    ],
    [
      "an object without a digest",
      withContent({ withdrawn: { images: [], objects: ["a@sha256:1"], files: [] } }),
      /REPOSITORY@DIGEST/,
    ],
    [
      "covers of another shape",
      withContent({ promoted: { covers: { images: "", files: [] }, newest: 1, complete: {} } }),
      /images is not a list/,
    ],
    [
      "a promotion that is no number",
      withContent({ promoted: { covers: { images: [], files: [] }, newest: 1.5, complete: {} } }),
      /whole number/,
    ],
  ])("are refused: %s", (_, bytes, words) => {
    expect(() => decodeOverlay(bytes)).toThrow(words);
  });

  test("are refused whichever byte differs", () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] as number) ^ difference;
        expect(() => decodeOverlay(bytes)).toThrow(/overlay/);
      }),
      runs(200),
    );
  });

  test("are refused wherever they end", () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), (end) => {
        expect(() => decodeOverlay(good.subarray(0, end))).toThrow(/overlay/);
      }),
      runs(100),
    );
  });
});
