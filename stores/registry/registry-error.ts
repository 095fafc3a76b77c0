import { printable } from "../../document/printable";

/**
 * A failure of a registry, or of the connection to it. The message is for the user, and names the fix. It is one line, because
 * most messages contain text from a server.
 */
export class RegistryError extends Error {
  override readonly name: string = "RegistryError";

  constructor(message: string) {
    super(printable(message));
  }
}

/** A temporary failure, which is worth retrying. */
export class TransientError extends RegistryError {
  override readonly name = "TransientError";

  /** @param after the time to wait before another request, as requested by the server, in milliseconds. @default not known */
  constructor(
    message: string,
    readonly after?: number,
  ) {
    super(message);
  }
}
