import { Readable } from "node:stream";
import { readBounded } from "../../networks/read-bounded";

const parts = ["abc", "de"].map((text) => Buffer.from(text));
const tooLong = () => new Error("too long");

test("a body up to the limit is read whole", async () => {
  expect(String(await readBounded(Readable.from(parts), 5, tooLong))).toBe("abcde");
});

test("no body is an empty one", async () => {
  expect(await readBounded(Readable.from([]), 0, tooLong)).toHaveLength(0);
});

test("a longer body is refused and closed", async () => {
  const body = Readable.from([...parts, ...parts]);
  await expect(readBounded(body, 4, tooLong)).rejects.toThrow("too long");
  expect(body.destroyed).toBe(true);
});

test("an error of the body is passed on", async () => {
  const body = new Readable({ read() {} });
  body.destroy(new Error("broken off"));
  await expect(readBounded(body, 5, tooLong)).rejects.toThrow("broken off");
});
