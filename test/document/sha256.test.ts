import { sha256 } from "../../document/sha256";

const bytes = (text: string) => new TextEncoder().encode(text);
/** FIPS 180-4's example of one block. */
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("the SHA-256 of FIPS 180-4's example, in one part or in several", () => {
  expect(sha256(bytes("abc")).toString("hex")).toBe(abc);
  expect(sha256(bytes("a"), bytes(""), bytes("bc")).toString("hex")).toBe(abc);
});
