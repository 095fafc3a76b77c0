import type { CarriedRequest } from "../../../redirector/carried-request";
import type { Listening } from "../../../redirector/servers/carrier";
import { listenOnNode, type ServerLimits } from "../../../redirector/servers/node-server";
import type { Answer } from "../../../routing/answer";
import { exchange, isLast, RawClient } from "../raw-client";

type Handle = (request: CarriedRequest) => Answer | Promise<Answer>;

const servers: Listening[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.end()));
});

/** Echoes the request. Paths below `/late` are answered later, the first of them last. */
const echo: Handle = ({ method, target }) => {
  const answer = { status: 200, headers: { "X-Asked": `${method} ${target}` }, body: "h\u00e9" };
  const late = /^\/late\/(\d+)/.exec(target);
  return late ? new Promise((resolve) => setTimeout(resolve, 20 - Number(late[1]), answer)) : answer;
};

async function serve(limits: Partial<ServerLimits> = {}): Promise<number> {
  const server = await listenOnNode({ handle: echo }, { port: 0, host: "127.0.0.1" }, { ending: 0, ...limits });
  servers.push(server);
  return server.port;
}

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}\r\n`;
const asked = (head: string) => /^x-asked: (.*)$/im.exec(head)?.[1];

describe("the answer, and whether the connection stays open", () => {
  test.each([
    ["HTTP/1.1", get("/x"), 200, false],
    ["HTTP/1.1 with Connection: close", get("/x", "Connection: Close\r\n"), 200, true],
    ["an empty line before the request the request", `\r\n${get("/x")}`, 200, false],
    ["an upgrade, which is ignored", get("/x", "Connection: upgrade\r\nUpgrade: h2c\r\n"), 200, false],
    ["a body without a length", get("/x", "Content-Length: 0\r\n"), 200, false],
    ["a body", get("/x", "Content-Length: 5\r\n"), 200, true],
    ["a body with Expect: 100-continue", get("/x", "Content-Length: 5\r\nExpect: 100-continue\r\n"), 200, true],
    ["a body in chunks", get("/x", "Transfer-Encoding: chunked\r\n"), 200, true],
    ["no host", "GET /x HTTP/1.1\r\n\r\n", 400, true],
    ["no Host header, although the target names a host", "GET http://a.example/x HTTP/1.1\r\n\r\n", 400, true],
    ["a tunnel", "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", 405, true],
    ["a tunnel with data for it", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n\x16\x03", 405, true],
    ["a line feed alone", get("/x", "X-A: 1\nX-B: 2\r\n"), 400, true],
    ["a zero byte", get("/x", "X-A: \0\r\n"), 400, true],
    ["the beginning of a TLS connection", "\x16\x03\x01\x02\x00\x01", 400, true],
    ["a head that is too long", get("/x", `X-A: ${"a".repeat(17_000)}\r\n`), 431, true],
    ["a head that never ends", `GET /${"a".repeat(17_000)}`, 431, true],
  ])("%s", async (_, request, status, last) => {
    const client = await RawClient.connect(await serve());
    client.send(request);
    const answer = await client.answer();
    expect(answer).toMatchObject({ status });
    expect(answer && isLast(answer)).toBe(last);
    if (last) await client.closed;
    else expect(await client.ask("/again")).toMatchObject({ status: 200 });
    client.socket.destroy();
  });

  test("targets reach the redirector unchanged", async () => {
    const client = await RawClient.connect(await serve());
    for (const line of ["GET /a/../b", "GET http://evil.example/x", "OPTIONS *", "GET /%2e%2E//?a#b"]) {
      client.send(`${line} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
      const { head = "" } = (await client.answer()) ?? {};
      expect(asked(head)).toBe(line);
    }
    client.socket.destroy();
  });

  test("HEAD has the length of GET's body, in bytes, and no body", async () => {
    const answer = await exchange(await serve(), "HEAD /x HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    expect(answer).toMatch(/\r\nContent-Length: 3\r\n/);
    expect(answer).toMatch(/\r\n\r\n$/);
  });
});

test("several Host lines are joined, so that there is no valid host", async () => {
  const hosts: string[] = [];
  const server = await listenOnNode(
    {
      handle: ({ host }) => {
        hosts.push(host);
        return { status: 200, headers: {}, body: "" };
      },
    },
    { port: 0, host: "127.0.0.1" },
    { ending: 0 },
  );
  servers.push(server);
  await exchange(server.port, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhOST: b\r\nHost: a\r\nConnection: close\r\n\r\n");
  await exchange(server.port, "GET / HTTP/1.0\r\n\r\n");
  expect(hosts).toEqual(["a, b, a", ""]);
});

test("clients that request a tunnel and then reset or hold the connection do no harm", async () => {
  const port = await serve();
  const connects = Array.from({ length: 20 }, async (_, count) => {
    const client = await RawClient.connect(port);
    client.send("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n\x16\x03");
    if (count % 2) client.socket.resetAndDestroy();
    await client.closed;
  });
  await Promise.all(connects);
  const other = await RawClient.connect(port);
  expect(await other.ask("/x")).toMatchObject({ status: 200 });
  other.socket.destroy();
});

test.each(["x-forwarded-for", "x-real-ip", "cloudfront-viewer-address", "x-azure-socketip", "x-azure-fdid"])(
  "%s: the last line counts, after as many others as fit",
  async (name) => {
    const seen: (string | undefined)[] = [];
    const handle: Handle = (request) => {
      seen.push(request.header(name));
      return { status: 200, headers: {}, body: "" };
    };
    const server = await listenOnNode({ handle }, { port: 0, host: "127.0.0.1" }, { ending: 0 });
    servers.push(server);
    for (const count of [998, 1_998, 2_500]) {
      const others = "a:\r\n".repeat(count);
      const lines = `Host: a\r\n${name}: client\r\n${others}${name}: proxy\r\nConnection: close\r\n`;
      await exchange(server.port, `GET / HTTP/1.1\r\n${lines}\r\n`);
    }
    expect(seen).toEqual(Array(3).fill("client, proxy"));
  },
);

test("an answer of status 204 has no length", async () => {
  const handle: Handle = () => ({ status: 204, headers: { Allow: "GET" }, body: "" });
  const server = await listenOnNode({ handle }, { port: 0, host: "127.0.0.1" }, { ending: 0 });
  servers.push(server);
  const client = await RawClient.connect(server.port);
  client.send("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n");
  expect((await client.answer())?.head).not.toMatch(/content-length|transfer-encoding/i);
  expect(await client.ask("/again")).toMatchObject({ status: 204 });
  client.socket.destroy();
});

test("answers come in the order of the requests, even if some are late", async () => {
  const client = await RawClient.connect(await serve());
  const paths = ["/late/1", "/a", "/late/15", "/late/3", "/b", "/c", "/late/19"];
  client.send(paths.map((path) => get(path)).join(""));
  for (const path of paths) {
    const { head = "" } = (await client.answer()) ?? {};
    expect(asked(head)).toBe(`GET ${path}`);
  }
  client.socket.destroy();
});

test("a request that arrives byte by byte", async () => {
  const client = await RawClient.connect(await serve());
  for (const byte of get("/slow") + get("/late/1")) {
    client.send(byte);
    await new Promise(setImmediate);
  }
  expect(asked((await client.answer())?.head ?? "")).toBe("GET /slow");
  expect(asked((await client.answer())?.head ?? "")).toBe("GET /late/1");
  client.socket.destroy();
});

const soon = { checkEvery: 10, patience: 50, idle: 50 };

describe("a client that keeps the server waiting", () => {
  test("for the rest of a head gets 408", async () => {
    const client = await RawClient.connect(await serve({ ...soon, idle: 60_000 }));
    client.send("GET /x HTTP/1.1\r\nX-A: ");
    const drip = setInterval(() => client.send("a"), 5);
    expect(await client.answer()).toMatchObject({ status: 408 });
    clearInterval(drip);
    client.socket.destroy();
  });

  test("for the first byte is disconnected", async () => {
    const client = await RawClient.connect(await serve({ ...soon, idle: 60_000 }));
    await client.closed;
  });

  test("for the next request is disconnected", async () => {
    const client = await RawClient.connect(await serve({ ...soon, patience: 60_000 }));
    expect(await client.ask("/x")).toMatchObject({ status: 200 });
    await client.closed;
  });
});

test("five hundred connections that send little or nothing do not keep others from being served", async () => {
  const port = await serve();
  const flood: RawClient[] = [];
  for (let count = 0; count < 500; count++) {
    const client = await RawClient.connect(port);
    if (count % 2) client.send("GET /x HTTP/1.1\r\nHost: ");
    flood.push(client);
    if (count % 25 === 0) {
      const other = await RawClient.connect(port);
      expect(await other.ask("/x")).toMatchObject({ status: 200 });
      other.socket.destroy();
    }
  }
  for (const { socket } of flood) socket.destroy();
});

test.each([
  ["say nothing", () => {}],
  ["send one request and then nothing", (client: RawClient) => client.ask("/x")],
  ["begin a request", (client: RawClient) => client.send("GET /x HTTP/1.1\r\nHost: ")],
  [
    "send one request and begin another",
    async (client: RawClient) => {
      await client.ask("/x");
      client.send("GET /x HTTP/1.1\r\nHost: ");
    },
  ],
])("connections that fill the limit and %s do not keep any new client out", async (_, act) => {
  const port = await serve({ connections: 50 });
  const flood: RawClient[] = [];
  for (let count = 0; count < 100; count++) {
    const client = await RawClient.connect(port);
    await act(client);
    flood.push(client);
  }
  for (let count = 0; count < 20; count++) {
    const newcomer = await RawClient.connect(port);
    expect(await newcomer.ask("/x")).toMatchObject({ status: 200 });
    flood.push(newcomer);
  }
  for (const { socket } of flood) socket.destroy();
});

test("many simultaneous new clients are all served, even if only a few connections may stay open", async () => {
  const port = await serve({ connections: 50 });
  const newcomers = await Promise.all(Array.from({ length: 50 }, () => RawClient.connect(port)));
  const held = await Promise.all(Array.from({ length: 50 }, () => RawClient.connect(port)));
  await Promise.all(newcomers.map(({ closed }) => closed));
  const answers = await Promise.all(held.map((client) => client.ask("/x")));
  expect(answers.map((answer) => answer?.status)).toEqual(Array(50).fill(200));
  for (const { socket } of held) socket.destroy();
});

test("above the limit, the connection that has been idle the longest is closed, whether or not it sent a request", async () => {
  const port = await serve({ connections: 3 });
  const [first, second, third] = [
    await RawClient.connect(port),
    await RawClient.connect(port),
    await RawClient.connect(port),
  ] as const;
  for (const client of [third, first]) expect(await client.ask("/x")).toMatchObject({ status: 200 });
  const fourth = await RawClient.connect(port);
  await second.closed;
  expect(await fourth.ask("/x")).toMatchObject({ status: 200 });
  const fifth = await RawClient.connect(port);
  await third.closed;
  for (const client of [first, fourth, fifth]) expect(await client.ask("/x")).toMatchObject({ status: 200 });
  for (const { socket } of [first, fourth, fifth]) socket.destroy();
});
