import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Server } from "./program";

/** Files by decoded path, without a leading slash. */
export type Files = ReadonlyMap<string, Buffer>;

/** RFC 9110, section 14.1.2, the only form that clients use to resume a download: from one byte to the end. */
const openRange = /^bytes=(\d+)-$/;

function send(files: Files, { url = "", method, headers }: IncomingMessage, response: ServerResponse): void {
  const file = files.get(decodeURIComponent(url.slice(1)));
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  const [, from] = openRange.exec(headers.range ?? "") ?? [];
  const first = Number(from ?? 0);
  const part = file.subarray(first);
  response.writeHead(from === undefined ? 200 : 206, {
    "Accept-Ranges": "bytes",
    "Content-Length": part.length,
    ...(from !== undefined && { "Content-Range": `bytes ${first}-${file.length - 1}/${file.length}` }),
  });
  response.end(method === "HEAD" ? "" : part);
}

/** Starts a server of these files on loopback, which stands in for a bucket. */
export async function startFileServer(files: Files): Promise<Server> {
  const server = createServer((request, response) => send(files, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { port: (server.address() as AddressInfo).port, stop };
}
