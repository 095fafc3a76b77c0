import fc from "fast-check";
import { sha256 } from "../../document/sha256";
import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { imageKey } from "../../overlay/image-key";
import type { OverlayContent, PromotedContent, PromotedObject } from "../../overlay/overlay-content";
import { runs } from "../property-runs";

const nothingWithdrawn = { images: [], objects: [], files: [] };
const digest = (number: number) => `sha256:${sha256(Buffer.from(String(number))).toString("hex")}`;

function contentWith(objects: Iterable<PromotedObject>, more: Partial<PromotedContent> = {}): OverlayContent {
  const promoted = { covers: { images: [""], files: [""] }, newest: 100, complete: {}, ...more, objects };
  return { issued: "2026-11-20T12:00:00Z", promoted, withdrawn: nothingWithdrawn };
}

const object = fc.record({
  key: fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.nat().map((number) => imageKey("etcd/etcd", digest(number))),
  ),
  promotion: fc.integer({ min: 1, max: 100 }),
  isEverywhere: fc.boolean(),
});

/** How far the counts of bytes are from equal ones. */
function chiSquared(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const expected = values.length / 256;
  return Array.from({ length: 256 }, (_, value) => ((counts.get(value) ?? 0) - expected) ** 2 / expected).reduce(
    (sum, each) => sum + each,
  );
}

describe("an encoded overlay", () => {
  test("has every object, with its promotion", () => {
    fc.assert(
      fc.property(fc.uniqueArray(object, { selector: ({ key }) => key, maxLength: 200 }), (objects) => {
        const overlay = decodeOverlay(encodeOverlay(contentWith(objects)));
        expect(overlay.objects).toBe(objects.length);
        for (const { key, promotion, isEverywhere } of objects) {
          expect(overlay.promotionOf(key)).toEqual({ promotion, isEverywhere });
        }
      }),
      runs(100),
    );
  });

  test.each<[string, readonly [number, boolean][], { promotion: number; isEverywhere: boolean }]>([
    [
      "the newer promotion counts",
      [
        [3, true],
        [7, true],
        [5, true],
      ],
      { promotion: 7, isEverywhere: true },
    ],
    [
      "what goes everywhere once goes everywhere",
      [
        [9, false],
        [4, true],
        [2, false],
      ],
      { promotion: 4, isEverywhere: true },
    ],
    [
      "what goes nowhere everywhere does not",
      [
        [2, false],
        [8, false],
      ],
      { promotion: 8, isEverywhere: false },
    ],
  ])("merges an object that is named several times: %s", (_, entries, expected) => {
    const objects = entries.map(([promotion, isEverywhere]) => ({ key: "tool", promotion, isEverywhere }));
    expect(decodeOverlay(encodeOverlay(contentWith(objects))).promotionOf("tool")).toEqual(expected);
  });

  test("has fewer than one error in a million, and 100,000 objects are less than 2 MB", () => {
    const objects = Array.from({ length: 100_000 }, (_, number) => ({
      key: imageKey("kube-apiserver", digest(number)),
      promotion: 1 + (number % 100),
      isEverywhere: true,
    }));
    const bytes = encodeOverlay(contentWith(objects), () => [1, 2]);
    expect(bytes.length).toBeLessThan(2_000_000);
    const overlay = decodeOverlay(bytes);
    expect(objects.every(({ key }) => overlay.promotionOf(key) !== undefined)).toBe(true);
    // Their number is expected to be 0.00004; with an error rate of one in a million it would be 0.1.
    const wrong = objects.filter(({ key }) => overlay.promotionOf(`${key}0`) !== undefined);
    expect(wrong).toEqual([]);
  });

  test("spreads the hashes evenly, so that the error rate is that of 48 random bits", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => ({
      key: `tool-${index}`,
      promotion: 1,
      isEverywhere: true,
    }));
    const bytes = encodeOverlay(contentWith(keys), () => [5, 6]);
    const start = bytes.length - 10 * keys.length;
    const firsts = keys.map((_, index) => bytes[start + 4 * index + 3] ?? 0);
    const seconds = keys.map((_, index) => bytes[start + 8 * keys.length + 2 * index] ?? 0);
    // A chi-squared test with 255 degrees of freedom, of the highest and of the lowest byte that is kept: five sigma.
    for (const values of [firsts, seconds])
      expect(Math.abs(chiSquared(values) - 255)).toBeLessThan(5 * Math.sqrt(2 * 255));
  });

  test("has another key in every publication", () => {
    const content = contentWith([{ key: "tool", promotion: 1, isEverywhere: true }]);
    expect(encodeOverlay(content)).not.toEqual(encodeOverlay(content));
  });

  test.each<[string, OverlayContent, RegExp]>([
    ["a promotion of 0", contentWith([{ key: "a", promotion: 0, isEverywhere: true }]), /a has promotion 0/],
    ["a promotion after the newest", contentWith([{ key: "a", promotion: 101, isEverywhere: true }]), /from 1 to 100/],
    [
      "a store that is complete too far",
      contentWith([], { complete: { "aws/a blobs": 101 } }),
      /higher than the newest/,
    ],
    ["a store without a kind", contentWith([], { complete: { "aws/a": 1 } }), /PROVIDER\/MIRROR/],
    ["no valid time", { issued: "yesterday", withdrawn: nothingWithdrawn }, /issued is not a time/],
    [
      "too many withdrawals",
      {
        issued: "2026-11-20T12:00:00Z",
        withdrawn: { ...nothingWithdrawn, objects: Array.from({ length: 30_000 }, (_, n) => imageKey("a", digest(n))) },
      },
      /too many withdrawals/,
    ],
  ])("refuses %s", (_, content, words) => {
    expect(() => encodeOverlay(content)).toThrow(words);
  });

  test("shortens a long reason", () => {
    const files = [{ path: "tool", reason: `${"x".repeat(498)}😀${"y".repeat(600)}` }];
    const overlay = decodeOverlay(
      encodeOverlay({ issued: "2026-11-20T12:00:00Z", withdrawn: { ...nothingWithdrawn, files } }),
    );
    expect(overlay.withdrawalOfFile("tool")).toBe(`${"x".repeat(498)}…`);
  });
});
