import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An answer as a client sees it. */
export interface ReadAnswer {
  readonly status: number;
  /** Status line and header lines. */
  readonly head: string;
  readonly body: string;
}

/** Sends raw bytes, closes its side, and returns everything that arrives until the other side closes too. */
export async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(request, "latin1");
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return answer;
}

/** A kept connection. It sends raw bytes, and reads answers one by one. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #text = "";
  #more: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#text += text;
      this.#more();
    });
    socket.on("error", () => {});
    socket.on("end", () => this.#more());
    this.closed = new Promise((resolve) =>
      socket.once("close", () => {
        resolve();
        this.#more();
      }),
    );
  }

  /** @throws Error if nothing listens */
  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /** The local port. */
  get port(): number {
    return this.socket.localPort ?? 0;
  }

  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** The next answer; undefined if the connection closes before it is complete. */
  async answer(method = "GET"): Promise<ReadAnswer | undefined> {
    for (;;) {
      const found = this.#take(method);
      if (found || this.socket.destroyed || this.socket.readableEnded) return found;
      await new Promise<void>((resolve) => {
        this.#more = resolve;
      });
    }
  }

  /** @param from the value of `X-Forwarded-For`. @default no such header */
  async ask(path: string, from?: string): Promise<ReadAnswer | undefined> {
    const line = from === undefined ? "" : `X-Forwarded-For: ${from}\r\n`;
    this.send(`GET ${path} HTTP/1.1\r\nHost: registry.example.org\r\n${line}\r\n`);
    return await this.answer();
  }

  #take(method: string): ReadAnswer | undefined {
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const head = this.#text.slice(0, end);
    const length = method === "HEAD" ? 0 : Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    if (this.#text.length < end + 4 + length) return undefined;
    const body = this.#text.slice(end + 4, end + 4 + length);
    this.#text = this.#text.slice(end + 4 + length);
    return { status: Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 ".length + 3)), head, body };
  }
}

/** Whether an answer announces that its connection closes. */
export function isLast(answer: ReadAnswer): boolean {
  return /^connection: close$/im.test(answer.head);
}
