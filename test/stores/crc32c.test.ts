import { array, assert, property, uint8Array } from "fast-check";
import { Crc32c } from "../../stores/crc32c";

// RFC 3720, appendix B.4, and the usual check value.
test.each<[string, Uint8Array, string]>([
  ["nothing", new Uint8Array(), "00000000"],
  ["123456789", Buffer.from("123456789"), "e3069283"],
  ["32 zeros", new Uint8Array(32), "8a9136aa"],
  ["32 bytes of ones", new Uint8Array(32).fill(255), "62a8ab43"],
  ["32 incrementing bytes", Uint8Array.from({ length: 32 }, (_, index) => index), "46dd794e"],
])("the CRC-32C of %s", (_, bytes, expected) => {
  expect(new Crc32c().update(bytes).digest()).toBe(expected);
});

test("pieces have the CRC of the whole", () => {
  const pieces = array(uint8Array({ maxLength: 40 }), { maxLength: 8 });
  assert(
    property(pieces, (parts) => {
      const inPieces = new Crc32c();
      for (const part of parts) inPieces.update(part);
      expect(inPieces.digest()).toBe(new Crc32c().update(Buffer.concat(parts)).digest());
    }),
  );
});
