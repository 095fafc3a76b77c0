import { KeyedHash } from "../../overlay/keyed-hash";

/** The reference implementation's `vectors_hsip64`: key 00 01 … 07, texts of the bytes 00 01 02 …, by their length. */
const vectors: readonly (readonly [length: number, hash: string])[] = [
  [0, "218d1f59b9b83cc8"],
  [1, "be552412f8387315"],
  [2, "064f39ef7c50eb57"],
  [3, "ce0f1a45f7060679"],
  [4, "d5e78a175be52ea1"],
  [5, "cb9d7c3f2f3db580"],
  [6, "ce3e91358aa2bc25"],
  [7, "ff202728b07bc684"],
  [8, "edfee820bce4858c"],
  [9, "5b51cccc13888307"],
  [10, "95b0469f06a6f2ee"],
  [11, "ae26333994ddcd48"],
  [12, "7bc71f9faef5c799"],
];

function hashOf(text: string, key: readonly [number, number] = [0x03020100, 0x07060504]): string {
  const hash = new KeyedHash(key);
  hash.hash(text);
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(hash.first, 0);
  bytes.writeUInt32LE(hash.second, 4);
  return bytes.toString("hex");
}

describe("the keyed hash", () => {
  test.each(vectors)("is HalfSipHash-2-4 with 64 bits: %d bytes", (length, expected) => {
    expect(hashOf(String.fromCharCode(...Array(length).keys()))).toBe(expected);
  });

  test("hashes texts as UTF-8, however long", () => {
    expect(hashOf("é")).not.toBe(hashOf("e\u0301"));
    expect(hashOf("x".repeat(20_000))).not.toBe(hashOf(`${"x".repeat(19_999)}y`));
    expect(hashOf("漢".repeat(20_000))).not.toBe(hashOf(`${"漢".repeat(19_999)}字`));
  });

  test("depends on the key", () => {
    expect(hashOf("pause", [1, 2])).not.toBe(hashOf("pause", [1, 3]));
  });
});
