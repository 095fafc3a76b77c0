import { listenOnBun } from "./bun-server";
import type { Handler, Listening, ListenPlace } from "./carrier";
import { listenOnNode } from "./node-server";

/** Listens with what runs this program: Bun's server on Bun, Node's otherwise. */
export function listen(handler: Handler, place: ListenPlace): Promise<Listening> {
  return "Bun" in globalThis ? listenOnBun(handler, place) : listenOnNode(handler, place);
}
