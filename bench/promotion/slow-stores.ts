/**
 * A program with the APIs of Cloud Storage and Azure Blob, as far as uploads need them, that reads slowly and keeps nothing. It sends
 * its port to its parent. Its argument: the bytes that it reads in a second of each connection, times the number in the host's name.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const perSecond = Number(process.argv[2]);
/** Between two looks at a connection, in milliseconds. */
const step = 50;
/** Bytes of the blobs at Azure, by path. */
const sizes = new Map<string, number>();

/** Reads a body at a rate. @returns its length in bytes */
async function drain(request: IncomingMessage, rate: number): Promise<number> {
  let length = 0;
  const start = performance.now();
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    while (((performance.now() - start) / 1_000) * rate < length) await pause(step);
  }
  return length;
}

function answerGoogle(request: IncomingMessage, response: ServerResponse, url: URL): void {
  if (request.method === "POST") {
    const key = String(request.headers["x-upload-content-length"]);
    url.searchParams.set("upload_id", key);
    response.writeHead(200, { location: `http://${request.headers.host}${url.pathname}${url.search}` }).end();
    return;
  }
  const [, last = "", total = ""] = /-([0-9]+)\/([0-9]+)$/.exec(String(request.headers["content-range"])) ?? [];
  if (Number(last) + 1 < Number(total)) {
    response.writeHead(308, { range: `bytes=0-${last}` }).end();
    return;
  }
  response.writeHead(200).end(JSON.stringify({ name: "blob", size: total, generation: "1" }));
}

function answerAzure(request: IncomingMessage, response: ServerResponse, url: URL, length: number): void {
  const { pathname, searchParams } = url;
  if (request.method === "HEAD") {
    response.writeHead(200, { "content-length": sizes.get(pathname) ?? 0 }).end();
    return;
  }
  if (searchParams.get("comp") === "block") sizes.set(pathname, (sizes.get(pathname) ?? 0) + length);
  response.writeHead(201).end();
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, factor = "1"] = /^127\.0\.0\.([0-9]+)/.exec(request.headers.host ?? "") ?? [];
  const length = await drain(request, perSecond * Number(factor));
  if (url.pathname.startsWith("/upload/")) answerGoogle(request, response, url);
  else answerAzure(request, response, url, length);
});

server.listen(0, "0.0.0.0", () => process.send?.((server.address() as AddressInfo).port));
// It must not outlive its parent.
process.once("disconnect", () => process.exit());
