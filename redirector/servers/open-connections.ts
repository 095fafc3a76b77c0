import type { Socket } from "node:net";

/**
 * A server's open connections. If there are too many, the one that has been silent the longest is closed, so that
 * held connections do not keep newcomers out. Silence begins with the connection, or with its last complete request: a
 * client that sends half a head, or does not read answers, is silent too.
 */
export class OpenConnections {
  /** Whether each has sent a request; ordered by their last request. */
  readonly #hasAsked = new Map<Socket, boolean>();

  readonly #most: number;

  /** @param most how many may be open at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds a connection; closes the longest-idle one if over the limit. */
  add(socket: Socket): void {
    this.#hasAsked.set(socket, false);
    socket.once("close", () => this.#hasAsked.delete(socket));
    if (this.#hasAsked.size > this.#most) this.#closeLongestSilent();
  }

  /** Called with every request: costs about 0.1 µs. */
  noteRequest(socket: Socket): void {
    if (this.#hasAsked.delete(socket)) this.#hasAsked.set(socket, true);
  }

  /** Closes connections that never sent a request; Node does not count them as idle. */
  closeUnused(): void {
    for (const [socket, asked] of this.#hasAsked) if (!asked) socket.destroy();
  }

  #closeLongestSilent(): void {
    for (const socket of this.#hasAsked.keys()) {
      // Immediately, because many may arrive before its close event.
      this.#hasAsked.delete(socket);
      socket.destroy();
      return;
    }
  }
}
