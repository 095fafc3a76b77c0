import { listenOnBun } from "./bun-server";
import type { Handler, Listening, ListenPlace } from "./carrier";

/**
 * Listens with what runs this program: Bun's server on Bun, Node's otherwise. That one is loaded only where it is used:
 * `node:http` takes Bun as long as the rest of its start.
 */
export async function listen(handler: Handler, place: ListenPlace): Promise<Listening> {
  if ("Bun" in globalThis) return listenOnBun(handler, place);
  const { listenOnNode } = require("./node-server") as typeof import("./node-server");
  return listenOnNode(handler, place);
}
