import { listenOnBun } from "../../../redirector/servers/bun-server";
import type { Handler, Listening } from "../../../redirector/servers/carrier";
import { listenOnNode } from "../../../redirector/servers/node-server";
import type { Answer } from "../../../routing/answer";
import { isLast, RawClient } from "../raw-client";

const reportFailure = jest.fn();
const well: Answer = { status: 200, headers: {}, body: "well" };
const wrong = { status: 200, headers: { "X-Wrong": "a\nb" }, body: "" };

const handler: Handler = {
  reportFailure,
  handle({ target }) {
    if (target === "/throws") throw new Error("thrown");
    if (target === "/rejects") return Promise.reject(new Error("rejected"));
    if (target === "/wrong") return wrong;
    if (target === "/late-wrong") return Promise.resolve(wrong);
    return well;
  },
};

const cases = [
  ["/throws", "thrown"],
  ["/rejects", "rejected"],
  ["/wrong", "X-Wrong"],
  ["/late-wrong", "X-Wrong"],
] as const;

beforeEach(() => reportFailure.mockClear());

describe("on Node", () => {
  let server: Listening;
  beforeEach(async () => {
    server = await listenOnNode(handler, { port: 0, host: "127.0.0.1" }, { ending: 0 });
  });
  afterEach(() => server.end());

  test.each(cases)("%s: status 500, one report, and the connection stays open", async (path, message) => {
    const client = await RawClient.connect(server.port);
    client.send(`HEAD ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    expect(await client.answer("HEAD")).toMatchObject({ status: 500 });
    const answer = await client.ask(path);
    expect(answer).toMatchObject({ status: 500, body: expect.stringMatching(/^The redirector failed/) });
    expect(answer?.head).not.toContain("X-Wrong");
    expect(answer && isLast(answer)).toBe(false);
    expect(await client.ask("/")).toMatchObject({ status: 200, body: "well" });
    expect(reportFailure.mock.calls).toEqual([
      [expect.objectContaining({ message: expect.stringContaining(message) })],
      [expect.objectContaining({ message: expect.stringContaining(message) })],
    ]);
    client.socket.destroy();
  });

  test("answers on one connection keep their order", async () => {
    const client = await RawClient.connect(server.port);
    for (const path of ["/rejects", "/", "/throws", "/"])
      client.send(`GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    for (const status of [500, 200, 500, 200]) expect(await client.answer()).toMatchObject({ status });
    client.socket.destroy();
  });

  test("garbage after a request in progress closes the connection, and has no other effect", async () => {
    const client = await RawClient.connect(server.port);
    client.send("GET /rejects HTTP/1.1\r\nHost: a.example\r\n\r\n\x16\x03\x01\r\n\r\n");
    await client.closed;
    const another = await RawClient.connect(server.port);
    expect(await another.ask("/")).toMatchObject({ status: 200 });
    another.socket.destroy();
  });
});

describe("on Bun", () => {
  type Fetch = (request: Request, server: object) => Response | Promise<Response>;
  let answer: Fetch;

  beforeEach(async () => {
    const serve = ({ fetch }: { readonly fetch: Fetch }) => {
      answer = fetch;
      return { port: 1, hostname: "127.0.0.1" };
    };
    Object.assign(globalThis, { Bun: { serve } });
    await listenOnBun(handler, { port: 0, host: "127.0.0.1" });
  });
  afterEach(() => Reflect.deleteProperty(globalThis, "Bun"));

  test.each(cases)("%s: status 500, and one report", async (path) => {
    const url = `http://a.example${path}`;
    const response = await answer(new Request(url), {});
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/^The redirector failed/);
    const head = await answer(new Request(url, { method: "HEAD" }), {});
    expect([head.status, await head.text()]).toEqual([500, ""]);
    expect(reportFailure).toHaveBeenCalledTimes(2);
  });
});
