import { getEventListeners } from "node:events";
import { buffer } from "node:stream/consumers";
import { LocalBucket } from "../../../stores/local/local-bucket";

test("a body that was read leaves nothing at the signal, and one that is stopped ends with its reason", async () => {
  const bucket = new LocalBucket({ url: "local://x" });
  bucket.hold("key", Buffer.from("text"));
  const stop = new AbortController();
  const { body } = await bucket.open("key", { signal: stop.signal });
  expect(`${await buffer(body as AsyncIterable<Buffer>)}`).toBe("text");
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  const stopped = await bucket.open("key", { signal: stop.signal });
  stop.abort(new Error("stopped"));
  await expect(buffer(stopped.body as AsyncIterable<Buffer>)).rejects.toThrow("stopped");
});
