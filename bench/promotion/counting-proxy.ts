import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { delayedPipe } from "./delayed-pipe";
import { RequestCounter } from "./request-counter";

/** What went through a proxy. */
export interface Traffic {
  readonly connections: number;
  readonly requests: number;
  /** Requests by kind, such as `HEAD blobs`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Bytes that clients sent, with the heads of requests. */
  readonly up: number;
  /** Bytes that the server sent, with the heads of answers. */
  readonly down: number;
}

/**
 * A proxy on loopback that changes no byte, counts, and adds latency: half of the round trip in each direction, and a whole round trip
 * for each new connection, as TCP's handshake takes. The bandwidth is not limited.
 */
export class CountingProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  #up = 0;
  #down = 0;
  readonly #kinds = new Map<string, number>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /**
   * @param target the port of the server behind it
   * @param roundTrip milliseconds
   */
  static async start(target: number, roundTrip: number): Promise<CountingProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new CountingProxy(server, (server.address() as AddressInfo).port);
    server.on("connection", (client) => proxy.#join(client, target, roundTrip));
    return proxy;
  }

  /** What went through since the last call. */
  take(): Traffic {
    const kinds = Object.fromEntries([...this.#kinds].sort());
    const requests = Object.values(kinds).reduce((sum, each) => sum + each, 0);
    const taken = { connections: this.#connections, requests, kinds, up: this.#up, down: this.#down };
    this.#connections = 0;
    this.#up = 0;
    this.#down = 0;
    this.#kinds.clear();
    return taken;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, target: number, roundTrip: number): void {
    this.#connections++;
    const server = connect({ port: target, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    const counter = new RequestCounter((method, path) => this.#count(`${method} ${kindOf(path)}`));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        if (socket.errored) other.destroy();
      });
    }
    delayedPipe(client, server, { delay: roundTrip / 2, first: roundTrip * 1.5 }, (bytes) => {
      this.#up += bytes.length;
      counter.add(bytes);
    });
    delayedPipe(server, client, { delay: roundTrip / 2, first: roundTrip / 2 }, (bytes) => {
      this.#down += bytes.length;
    });
  }

  #count(kind: string): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }
}

/** What a request is about. */
function kindOf(path: string): string {
  if (/^\/v2\/?$/.test(path)) return "ping";
  const kind = /^\/v2\/[^?]+?\/(blobs\/uploads|blobs|manifests|tags|referrers)\//.exec(path)?.[1];
  if (kind === "manifests") return path.includes("/manifests/sha256:") ? "manifests" : "tags";
  if (kind === "tags") return "tag list";
  if (kind === "blobs/uploads") return /[?&]mount=/.test(path) ? "mounts" : "uploads";
  return kind ?? "objects";
}
