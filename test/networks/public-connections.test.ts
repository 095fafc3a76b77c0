import * as dns from "node:dns";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type * as https from "node:https";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { mostRedirects } from "../../networks/is-redirect";
import { PublicConnections } from "../../networks/public-connections";

// One loopback address is public here, and all others are inside a network.
jest.mock("../../networks/special-purpose", () => ({ isPublicAddress: (text: string) => text === "127.0.0.1" }));
jest.mock("node:dns", () => ({ ...jest.requireActual<typeof dns>("node:dns"), lookup: jest.fn() }));
// The test servers' certificate is not trusted.
jest.mock("node:https", () => {
  const actual = jest.requireActual<typeof https>("node:https");
  const request = (options: https.RequestOptions) => actual.request({ ...options, rejectUnauthorized: false });
  return { ...actual, request };
});

type Answer = (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void;
const lookup = jest.mocked(dns.lookup as (host: string, options: dns.LookupAllOptions, done: Answer) => void);

/** The results of name resolution, one after the other; the last one repeats. */
let names: Record<string, string[]>;
const servers: Server[] = [];
let connections: PublicConnections;

beforeEach(() => {
  names = {
    "mirror.example.org": ["127.0.0.1"],
    "inside.example.org": ["127.0.0.2"],
    "both.example.org": ["127.0.0.1"],
  };
  lookup.mockImplementation((host, _options, done) => {
    const [address = "", ...later] = names[host] ?? [];
    if (later.length > 0) names[host] = later;
    if (address === "") done(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }), []);
    else
      done(
        null,
        address.split(" ").map((each) => ({ address: each, family: 4 })),
      );
  });
});

afterEach(async () => {
  connections.close();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }
});

const certificate = (name: string): Buffer => readFileSync(join(__dirname, "../fixtures/tls", name));

interface Running {
  readonly port: number;
  /** Method, host without port, and path of each request. */
  readonly asked: string[];
  readonly connections: () => number;
}

async function serve(listener: RequestListener, { tls = true, host = "127.0.0.1" } = {}): Promise<Running> {
  const asked: string[] = [];
  const note: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.headers.host?.replace(/:\d+$/, "")} ${request.url}`);
    listener(request, response);
  };
  const pair = { key: certificate("key.pem"), cert: certificate("certificate.pem") };
  const server = tls ? createTlsServer(pair, note) : createServer(note);
  let count = 0;
  server.on("connection", () => count++);
  server.listen(0, host);
  await once(server, "listening");
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, asked, connections: () => count };
}

const redirectTo =
  (location: string): RequestListener =>
  (_, response) => {
    response.writeHead(302, { Location: location }).end();
  };

/** The response's status, and how long it took. */
async function ask(url: string, method: "HEAD" | "GET" = "HEAD") {
  const { response, waited } = await connections.request(url, {
    method,
    headers: { "User-Agent": "mirrorform" },
    signal: AbortSignal.timeout(20_000),
    isBodyDropped: true,
  });
  return { status: response.statusCode, waited };
}

/** The status of the response, or why there is none. */
async function outcome(url: string): Promise<number | string | undefined> {
  return await ask(url).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

describe("a host on the public internet", () => {
  beforeEach(() => {
    connections = new PublicConnections();
  });

  test("gets requests over one kept connection", async () => {
    const mirror = await serve((_, response) => response.writeHead(404).end());
    const url = `https://mirror.example.org:${mirror.port}`;
    expect(await ask(`${url}/one?a=b`)).toEqual({ status: 404, waited: expect.any(Number) });
    expect(await ask(`${url}/two`)).toEqual({ status: 404, waited: expect.any(Number) });
    expect(await ask(`${url}/three`, "GET")).toEqual({
      status: 404,
      waited: expect.any(Number),
    });
    expect(mirror.asked).toEqual([
      "HEAD mirror.example.org /one?a=b",
      "HEAD mirror.example.org /two",
      "GET mirror.example.org /three",
    ]);
    expect(mirror.connections()).toBe(1);
  });

  test.each([
    ["an address inside a network", "https://127.0.0.2:PORT/x", "ENOTPUBLIC"],
    ["the same in another form", "https://0x7f000002:PORT/x", "ENOTPUBLIC"],
    ["a name that resolves to one", "https://inside.example.org:PORT/x", "ENOTPUBLIC"],
    ["a name that resolves to both kinds", "https://both.example.org:PORT/x", "ENOTPUBLIC"],
    ["a name that does not resolve", "https://no-such-host.example.org:PORT/x", "ENOTFOUND"],
    ["http", "http://mirror.example.org:PORT/x", "not an https URL"],
    ["a file", "file:///etc/passwd", "not an https URL"],
    ["an invalid URL", "https://:PORT/", "ERR_INVALID_URL"],
  ])("does not lead to %s", async (_, target, why) => {
    names["both.example.org"] = ["127.0.0.1 127.0.0.2"];
    const inside = await serve((_, response) => response.end(), {
      host: "127.0.0.2",
      tls: !target.startsWith("http:"),
    });
    const url = target.replace("PORT", `${inside.port}`);
    const mirror = await serve(redirectTo(url));
    expect(await outcome(`https://mirror.example.org:${mirror.port}/`)).toBe(why);
    if (!why.includes("URL")) expect(await outcome(url)).toBe(why);
    expect(inside.asked).toEqual([]);
    expect(inside.connections()).toBe(0);
  });

  test("gets no request at another address if its name then resolves to one (DNS rebinding)", async () => {
    const inside = await serve((_, response) => response.end(), { host: "127.0.0.2" });
    names["both.example.org"] = ["127.0.0.1", "127.0.0.2"];
    const mirror = await serve((_, response) => response.writeHead(200, { Connection: "close" }).end());
    expect(await outcome(`https://both.example.org:${mirror.port}/`)).toBe(200);
    expect(await outcome(`https://both.example.org:${inside.port}/`)).toBe("ENOTPUBLIC");
    expect(inside.connections()).toBe(0);
  });

  test("does not get the user and password in a redirect", async () => {
    let authorization: string | undefined;
    const other = await serve(({ headers }, response) => {
      authorization = headers.authorization;
      response.end();
    });
    const mirror = await serve(redirectTo(`https://user:password@mirror.example.org:${other.port}/`));
    expect(await outcome(`https://mirror.example.org:${mirror.port}/`)).toBe(200);
    expect(authorization).toBeUndefined();
  });

  test.each([301, 302, 303, 307, 308])("redirects by %i with a relative path", async (status) => {
    const mirror = await serve((request, response) => {
      if (request.url === "/moved/here") response.end();
      else response.writeHead(status, { Location: "here" }).end();
    });
    expect(await outcome(`https://mirror.example.org:${mirror.port}/moved/from`)).toBe(200);
    expect(mirror.asked).toEqual(["HEAD mirror.example.org /moved/from", "HEAD mirror.example.org /moved/here"]);
  });

  test("is not followed if it redirects without a Location", async () => {
    const mirror = await serve((_, response) => response.writeHead(302).end());
    expect(await outcome(`https://mirror.example.org:${mirror.port}/`)).toBe(302);
  });

  test("is followed a few times if it redirects in a circle", async () => {
    const mirror = await serve((request, response) => redirectTo(`${request.url}x`)(request, response));
    expect(await outcome(`https://mirror.example.org:${mirror.port}/`)).toBe("too many redirects");
    expect(mirror.asked.length).toBe(1 + mostRedirects);
  });

  test("is refused if it sends too many headers", async () => {
    const mirror = await serve((_, response) => response.writeHead(200, { "X-A": "a".repeat(100_000) }).end());
    expect(await outcome(`https://mirror.example.org:${mirror.port}/`)).toBe("HPE_HEADER_OVERFLOW");
  });
});

test("does not count the time to connect as waiting for the response", async () => {
  connections = new PublicConnections();
  names["mirror.example.org"] = ["127.0.0.1"];
  const resolveAtOnce = lookup.getMockImplementation();
  lookup.mockImplementation((...asked) => void setTimeout(() => resolveAtOnce?.(...asked), 100));
  const mirror = await serve((_, response) => response.end());
  const began = performance.now();
  const { waited = Number.NaN } = await ask(`https://mirror.example.org:${mirror.port}/`);
  expect(performance.now() - began - waited).toBeGreaterThan(90);
});

describe("for tests and trials", () => {
  beforeEach(() => {
    connections = new PublicConnections({ allowPrivate: true });
  });

  test("allows hosts inside a network, and http", async () => {
    const inside = await serve((_, response) => response.end(), { host: "127.0.0.2", tls: false });
    const mirror = await serve(redirectTo(`http://127.0.0.2:${inside.port}/there`), { tls: false });
    expect(await outcome(`http://127.0.0.1:${mirror.port}/`)).toBe(200);
    expect(inside.asked).toEqual(["HEAD 127.0.0.2 /there"]);
  });

  test("replaces a kept connection that the host has closed", async () => {
    let isClosing = false;
    const mirror = await serve(
      (request, response) => {
        if (isClosing) request.socket.destroy();
        else response.end();
        isClosing = false;
      },
      { tls: false },
    );
    const url = `http://127.0.0.1:${mirror.port}/`;
    expect(await outcome(url)).toBe(200);
    isClosing = true;
    expect(await outcome(url)).toBe(200);
    expect([mirror.asked.length, mirror.connections()]).toEqual([3, 2]);
  });

  test.each<[string, RequestListener]>([
    [
      "sends all of a large object",
      (_, response) => response.writeHead(200, { "Content-Length": 1e9 }).write(Buffer.alloc(1e6)),
    ],
    ["never ends", (_, response) => response.writeHead(200).write("a")],
  ])("does not wait for a dropped body that %s", async (_, listener) => {
    const closed: Promise<unknown>[] = [];
    const mirror = await serve(
      (request, response) => {
        closed.push(new Promise((resolve) => request.socket.once("close", resolve)));
        listener(request, response);
      },
      { tls: false },
    );
    expect((await ask(`http://127.0.0.1:${mirror.port}/`, "GET")).status).toBe(200);
    await Promise.all(closed);
  });
});
