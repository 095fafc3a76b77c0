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

/** A failure that may be over in a moment, so that another attempt makes sense. */
export class TransientError extends RegistryError {
  override readonly name = "TransientError";

  /** @param after how long the server wants no further request, in milliseconds. @default not known */
  constructor(
    message: string,
    readonly after?: number,
  ) {
    super(message);
  }
}
