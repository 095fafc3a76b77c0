import { ObjectTableSource } from "../../../redirector/tables/object-table-source";
import type { GetOptions, GetResult } from "../../../stores/object-store";

const found = (text: string, etag?: string): GetResult => ({ outcome: "found", bytes: Buffer.from(text), etag });

/** Reads once per result. @returns what the source returned or threw, and the ETags that it sent */
async function readAll(...results: readonly GetResult[]) {
  const asked: GetOptions[] = [];
  const source = new ObjectTableSource("table", async (options) => {
    asked.push(options);
    return results[asked.length - 1] as GetResult;
  });
  const outcomes: (string | undefined)[] = [];
  for (const _ of results) {
    const reading = source.read(new AbortController().signal);
    outcomes.push(
      await reading.then(
        (bytes) => bytes && Buffer.from(bytes).toString(),
        (error: Error) => error.message,
      ),
    );
  }
  return { outcomes, etags: asked.map(({ etag }) => etag) };
}

test("is read by the ETag of the last table", async () => {
  const results = [
    found("one", '"1"'),
    { outcome: "unchanged" },
    found("two", 'W/"2"'),
    { outcome: "unchanged" },
  ] as const;
  expect(await readAll(...results)).toEqual({
    outcomes: ["one", undefined, "two", undefined],
    etags: [undefined, '"1"', '"1"', 'W/"2"'],
  });
});

test("without ETags, the bytes are returned if they differ", async () => {
  const { outcomes } = await readAll(found("one"), found("one"), found("two"));
  expect(outcomes).toEqual(["one", undefined, "two"]);
});

test("a new ETag for the same bytes is nothing new", async () => {
  const { outcomes } = await readAll(found("one", '"1"'), found("one", '"2"'));
  expect(outcomes).toEqual(["one", undefined]);
});

test("a failure is thrown, and the next reading starts from the last table", async () => {
  const failed = { outcome: "failed", reason: "it answered with status 500" } as const;
  expect(await readAll(found("one", '"1"'), failed, { outcome: "too-large" }, { outcome: "unchanged" })).toEqual({
    outcomes: ["one", "it answered with status 500", "it is larger than 16 MiB", undefined],
    etags: [undefined, '"1"', '"1"', '"1"'],
  });
});
