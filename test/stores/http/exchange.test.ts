import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { bodyOf, exchange, readBody } from "../../../stores/http/exchange";

const servers: Server[] = [];

async function serve(listener: RequestListener) {
  const sockets: Socket[] = [];
  const server = createServer(listener).listen(0, "127.0.0.1");
  server.on("connection", (socket) => sockets.push(socket));
  servers.push(server);
  await once(server, "listening");
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), sockets, server };
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const drain: RequestListener = (request, response) => {
  request.resume().on("end", () => response.end("done"));
};

test("requests one after the other use one connection, whatever they send", async () => {
  const { url, sockets } = await serve(drain);
  for (const method of ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"] as const) {
    const response = await exchange({ method, url, ...(method === "PUT" && { body: bodyOf(Buffer.alloc(300_000)) }) });
    await readBody(response, url, 10);
  }
  expect(sockets).toHaveLength(1);
});

test("many requests at once use many connections, which the next ones use again", async () => {
  const { url, sockets } = await serve(drain);
  const get = async () => readBody(await exchange({ method: "GET", url }), url, 10);
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 20 }, get));
  expect(sockets).toHaveLength(20);
});

test("a kept connection that the server closed is replaced, and the body is sent again", async () => {
  let count = 0;
  const { url } = await serve((request, response) => {
    if (++count === 2) request.socket.resetAndDestroy();
    else drain(request, response);
  });
  const put = async () => {
    const response = await exchange({ method: "PUT", url, body: bodyOf(Buffer.from("body")) });
    return (await readBody(response, url, 10)).toString();
  };
  expect([await put(), await put(), count]).toEqual(["done", "done", 3]);
});

test("a new connection that breaks is a temporary failure", async () => {
  const { url } = await serve((request) => request.socket.resetAndDestroy());
  await expect(exchange({ method: "GET", url })).rejects.toMatchObject({ fault: "transient" });
});

test("a connection to a public address is never one that was not checked", async () => {
  const { url, sockets } = await serve(drain);
  await readBody(await exchange({ method: "GET", url }), url, 10);
  await expect(exchange({ method: "GET", url, publicOnly: true })).rejects.toThrow(/is not on the public internet/);
  const named = new URL(`http://localhost:${url.port}/`);
  await expect(exchange({ method: "GET", url: named, publicOnly: true })).rejects.toThrow(/is not on the public/);
  expect(sockets).toHaveLength(1);
});

test("an idle connection ends, before the answer and within it", async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { "Content-Length": 10 });
    response.write("x");
  });
  const stalls = /^127\.0\.0\.1:\d+ stalled: nothing was sent or received for 1 seconds/;
  const response = await exchange({ method: "GET", url, patience: 250 });
  await expect(readBody(response, url, 10)).rejects.toThrow(stalls);
  const silent = await serve(() => {});
  await expect(exchange({ method: "GET", url: silent.url, patience: 50 })).rejects.toThrow("stalled");
});

test("a body that is shorter than the server said is a temporary failure", async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { "Content-Length": 10 });
    response.write("x", () => response.destroy());
  });
  const response = await exchange({ method: "GET", url });
  await expect(readBody(response, url, 10)).rejects.toMatchObject({ fault: "transient" });
});

test("an answer that comes before the body was sent ends the body", async () => {
  const { url } = await serve((_, response) => response.writeHead(413).end());
  let isEnded = false;
  const endless = async function* () {
    try {
      for (;;) yield Buffer.alloc(65_536);
    } finally {
      isEnded = true;
    }
  };
  const source = Readable.from(endless());
  const closed = new Promise((resolve) => source.on("error", () => {}).once("close", resolve));
  const response = await exchange({ method: "PUT", url, body: { length: 1e12, open: () => source } });
  expect(response.statusCode).toBe(413);
  response.resume();
  await closed;
  expect(isEnded).toBe(true);
});
