import { HttpObject } from "../../../stores/http/http-object";
import { ObjectServer, replyWithError, replyWithObject } from "../object-server";

const server = new ObjectServer();

beforeAll(() => server.start());
afterAll(() => server.stop());

beforeEach(() => {
  server.received = [];
});

function get(url: string, etag?: string) {
  return new HttpObject(url).get({ etag, limit: 1_000, signal: new AbortController().signal });
}

const found = { outcome: "found", bytes: Buffer.from("one"), etag: '"1"' };

test("an object is read by ETag", async () => {
  const url = `${server.url}/routing.table?secret=1`;
  server.reply = replyWithObject("one", '"1"');
  expect(await get(url)).toEqual(found);
  expect(await get(url, '"1"')).toEqual({ outcome: "unchanged" });
  expect(server.lines).toEqual(Array(2).fill("GET /routing.table?secret=1"));
  expect(server.received.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"']);
  expect(server.received[0]?.headers).toMatchObject({ "user-agent": "mirrorform", connection: "close" });
});

test("at most three redirects are followed, and the object is read by ETag there", async () => {
  const object = replyWithObject("one", '"1"');
  let redirects = 3;
  server.reply = (request, response) => {
    const [, passed = "0"] = /\/passed-(\d)$/.exec(request.url ?? "") ?? [];
    if (Number(passed) === redirects) object(request, response);
    else response.writeHead(302, { Location: `/passed-${Number(passed) + 1}` }).end("moved");
  };
  expect(await get(server.url)).toEqual(found);
  expect(await get(server.url, '"1"')).toEqual({ outcome: "unchanged" });
  redirects = 4;
  expect(await get(server.url)).toEqual({ outcome: "failed", reason: "it redirects more than 3 times" });
});

test.each([
  [404, "", "it answered with status 404"],
  [500, "<html>", "it answered with status 500"],
  [204, undefined, "it answered with status 204"],
  [304, undefined, "it answered with status 304"],
  [403, "<?xml?><Error><Code>AccessDenied</Code></Error>", "it answered with status 403 (AccessDenied)"],
  [403, "x".repeat(100_000), "it answered with status 403"],
])("status %d is reported", async (status, body, reason) => {
  server.reply = replyWithError(status, body);
  expect(await get(server.url)).toEqual({ outcome: "failed", reason, status });
});

test("an endless object is cut off", async () => {
  server.reply = (_, response) => {
    const send = () => {
      if (!response.destroyed) response.write(Buffer.alloc(1_000), () => setImmediate(send));
    };
    send();
  };
  expect(await get(server.url)).toEqual({ outcome: "too-large" });
});

test("the signal ends the reading", async () => {
  const limit = new AbortController();
  server.reply = () => limit.abort(new Error("too late"));
  const reading = new HttpObject(server.url).get({ limit: 1_000, signal: limit.signal });
  await expect(reading).rejects.toThrow("too late");
});

describe("by https", () => {
  const url = "https://tables.example.org/routing.table";
  const answers = jest.fn<Response, [string]>();

  beforeEach(() => {
    jest.spyOn(globalThis, "fetch").mockImplementation(async (input) => answers(String(input)));
  });

  afterEach(() => {
    jest.restoreAllMocks();
    answers.mockReset();
  });

  test.each([
    ["http://tables.example.org/routing.table", "which is not followed"],
    ["https://user:password@tables.example.org/routing.table", "which is not followed"],
    ["https://127.0.0.1/routing.table", "which is not followed"],
    ["https://[fe80::1]/routing.table", "which is not followed"],
    ["https://localhost/routing.table", "localhost is not on the public internet"],
    ["file:///etc/passwd", "which is not followed"],
    ["https://", "which is not followed"],
  ])("a redirect to %s is not followed", async (location, reason) => {
    answers.mockReturnValueOnce(new Response(null, { status: 302, headers: { location } }));
    answers.mockReturnValue(new Response("evil"));
    expect(await get(url)).toEqual({ outcome: "failed", reason: expect.stringContaining(reason) });
    expect(answers.mock.calls).toEqual([[url]]);
  });

  test("a redirect on the same host is followed", async () => {
    answers.mockReturnValueOnce(new Response(null, { status: 307, headers: { location: "/other?a=b" } }));
    answers.mockReturnValueOnce(new Response("one"));
    expect(await get(url)).toEqual({ ...found, etag: undefined });
    expect(answers).toHaveBeenLastCalledWith("https://tables.example.org/other?a=b");
  });
});
