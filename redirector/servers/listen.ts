import { listenOnBun } from "./bun-server";
import type { Handler, Listening, ListenPlace } from "./carrier";

/**
 * Listens with the server of the current runtime: Bun's on Bun, otherwise Node's. Node's is loaded only when it is
 * used: on Bun, loading `node:http` takes as long as the rest of the start.
 */
export async function listen(handler: Handler, place: ListenPlace): Promise<Listening> {
  if ("Bun" in globalThis) return listenOnBun(handler, place);
  const { listenOnNode } = require("./node-server") as typeof import("./node-server");
  return listenOnNode(handler, place);
}
