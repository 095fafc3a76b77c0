import fc from "fast-check";
import { plainPath } from "../../routing/plain-path";
import { scanPath } from "../../routing/scan-path";
import { runs } from "../property-runs";

test.each([
  ["/", true, true],
  ["/a/b.c/d:e", true, true],
  ["/a/", true, true],
  ["/a//b", true, false],
  ["//a", true, false],
  ["/a/./b", true, false],
  ["/a/.b", true, false],
  ["/.a", true, false],
  ["/a%20b", true, false],
  ["/a\\b", true, false],
  ["/a b", false, false],
  ["/caf\u00e9", false, false],
  ["/a\u007f", false, false],
  ["", false, false],
  ["a/b", false, false],
  ["*", false, false],
])("%j: visible %s, plain %s", (path, isVisible, isPlain) => {
  expect(scanPath(path)).toMatchObject({ isVisible, isPlain });
});

test.each([
  ["/v2/pause/blobs/sha256:0af", { slashBefore: 9, lastSlash: 15, colon: 22, endsInHex: true }],
  ["/v2/pause/blobs/sha256:0aF", { colon: 22, endsInHex: false }],
  ["/a:b/c", { slashBefore: 0, lastSlash: 4, colon: -1, endsInHex: true }],
  ["/a/b:c:d", { colon: 6, endsInHex: true }],
  ["/a/b.c", { endsInHex: false }],
  ["/a/g:0/", { slashBefore: 2, lastSlash: 6, colon: -1 }],
  ["/a", { slashBefore: -1, lastSlash: 0 }],
])("%s", (path, expected) => {
  expect(scanPath(path)).toMatchObject(expected);
});

const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(..."/.:%\\az09AF-_~!?") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
);
const path = fc.array(character, { maxLength: 24 }).map((characters) => `/${characters.join("")}`);

test("agrees with separate searches", () => {
  fc.assert(
    fc.property(path, (text) => {
      const lastSlash = text.lastIndexOf("/");
      const last = text.slice(lastSlash + 1);
      const colon = last.lastIndexOf(":");
      expect(scanPath(text)).toEqual({
        isVisible: /^[!-~]+$/.test(text),
        isPlain: /^[!-~]+$/.test(text) && !/[%\\]|\/[/.]/.test(text),
        lastSlash,
        slashBefore: lastSlash === 0 ? -1 : text.lastIndexOf("/", lastSlash - 1),
        colon: colon < 0 ? -1 : lastSlash + 1 + colon,
        endsInHex: /^[0-9a-f]*$/.test(last.slice(colon + 1)),
      });
    }),
    runs(1000),
  );
});

test("a plain path stays the same when dots are removed and it is decoded", () => {
  fc.assert(
    fc.property(path, (text) => {
      fc.pre(scanPath(text).isPlain);
      expect([plainPath(text, "escaped"), plainPath(text, "decoded"), decodeURIComponent(text)]).toEqual([
        text,
        text,
        text,
      ]);
    }),
  );
});
