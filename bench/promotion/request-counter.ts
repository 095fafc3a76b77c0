/** The longest head of a request that is understood, in bytes; Node's own limit is 16 KiB. */
const longestHead = 64 * 1024;

/**
 * Finds the requests in the bytes that a client sends on one connection (HTTP/1.1, RFC 9112). The bytes of bodies are only counted, so
 * it costs next to nothing.
 */
export class RequestCounter {
  readonly #onRequest: (method: string, path: string) => void;
  #head = "";
  /** What is left of a body, or of a chunk with its line end. */
  #left = 0;
  #state: "head" | "body" | "size" | "chunk" | "trailer" = "head";

  /** @param onRequest is called when the head of a request is complete */
  constructor(onRequest: (method: string, path: string) => void) {
    this.#onRequest = onRequest;
  }

  /** Takes the next bytes of the connection. @throws Error if they are no HTTP/1.1 */
  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "body" || this.#state === "chunk") {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#state = this.#state === "body" ? "head" : "size";
      } else at = this.#readLine(bytes, at);
    }
  }

  /** Reads up to the end of a line. @returns where the next one begins */
  #readLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end + 1;
    this.#head += bytes.toString("latin1", from, to);
    if (this.#head.length > longestHead) throw new Error("a request has too long a head");
    if (end >= 0) this.#endLine();
    return to;
  }

  #endLine(): void {
    if (this.#state === "size") {
      const size = Number.parseInt(this.#head, 16);
      this.#head = "";
      this.#left = size + "\r\n".length;
      this.#state = size === 0 ? "trailer" : "chunk";
    } else if (this.#state === "trailer") {
      const isLast = this.#head === "\r\n";
      this.#head = "";
      if (isLast) this.#state = "head";
    } else if (this.#head.endsWith("\r\n\r\n")) this.#endHead();
  }

  #endHead(): void {
    const [, method = "", path = ""] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/.exec(this.#head) ?? [];
    if (method === "") throw new Error(`this is not a request: ${this.#head.slice(0, 100)}`);
    this.#left = Number(/^content-length: *(\d+)\r$/im.exec(this.#head)?.[1] ?? 0);
    const isChunked = /^transfer-encoding: *chunked\r$/im.test(this.#head);
    this.#head = "";
    this.#state = isChunked ? "size" : this.#left > 0 ? "body" : "head";
    this.#onRequest(method, path);
  }
}
