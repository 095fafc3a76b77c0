import { getObject } from "../../stores/get-object";

const response = (status: number, body: string | null, headers = {}) => new Response(body, { status, headers });

async function get(answer: Response | Error, etag?: string, signal = new AbortController().signal) {
  const sent: Headers[] = [];
  const send = async (headers: Headers) => {
    sent.push(headers);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const result = await getObject(send, { etag, limit: 4, signal });
  return { result, etag: sent[0]?.get("if-none-match") };
}

test.each([
  ["an object", response(200, "four", { etag: '"1"' }), { outcome: "found", bytes: Buffer.from("four"), etag: '"1"' }],
  ["one without ETag", response(200, ""), { outcome: "found", bytes: Buffer.from(""), etag: undefined }],
  ["one that the caller has", response(304, null), { outcome: "unchanged" }],
  ["one that is too large", response(200, "fives"), { outcome: "too-large" }],
  [
    "none",
    response(404, "<Code>NoSuchKey</Code>"),
    { outcome: "failed", reason: "it answered with status 404 (NoSuchKey)", status: 404 },
  ],
  ["an empty answer", response(204, null), { outcome: "failed", reason: "it answered with status 204", status: 204 }],
  [
    "no answer",
    new TypeError("fetch failed", { cause: Object.assign(new Error(""), { code: "ECONNREFUSED" }) }),
    { outcome: "failed", reason: "ECONNREFUSED" },
  ],
])("%s", async (_, answer, result) => {
  expect(await get(answer, '"0"')).toEqual({ result, etag: '"0"' });
});

test("a caller that has nothing gets no 304", async () => {
  const result = { outcome: "failed", reason: "it answered with status 304", status: 304 };
  expect(await get(response(304, null))).toEqual({ result, etag: null });
});

test("the reason of the signal is the only rejection", async () => {
  const signal = AbortSignal.abort(new Error("too late"));
  await expect(get(new Error("aborted"), undefined, signal)).rejects.toThrow("too late");
  await expect(get(response(200, "four"), undefined, signal)).rejects.toThrow("too late");
});
