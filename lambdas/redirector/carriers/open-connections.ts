import type { Socket } from "node:net";

/**
 * A server's open connections. Where there are more than it may have, the one that has been silent for longest is
 * closed, so that nobody who holds connections keeps newcomers out. Silence begins with the connection, or with the last
 * whole request on it: who sends half a head, or reads no answers, is silent too.
 */
export class OpenConnections {
  /** Whether each has brought a request; in the order of their last one. */
  readonly #asked = new Map<Socket, boolean>();

  /** @param most how many may be open at once */
  constructor(private readonly most: number) {}

  /** Takes a new one in, and closes the one that has been silent for longest where it is one too many. */
  add(socket: Socket): void {
    this.#asked.set(socket, false);
    socket.once("close", () => this.#asked.delete(socket));
    if (this.#asked.size > this.most) this.#closeLongestSilent();
  }

  /** Called with every request: costs about 0.1 µs. */
  heard(socket: Socket): void {
    if (this.#asked.delete(socket)) this.#asked.set(socket, true);
  }

  /** Closes those that have not brought a request so far, which Node does not count among the idle ones. */
  closeUnused(): void {
    for (const [socket, asked] of this.#asked) if (!asked) socket.destroy();
  }

  #closeLongestSilent(): void {
    for (const socket of this.#asked.keys()) {
      // At once, not when its end is reported: many may come in before that.
      this.#asked.delete(socket);
      socket.destroy();
      return;
    }
  }
}
