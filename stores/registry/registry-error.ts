import { printable } from "../../document/printable";

/**
 * A failure at a registry, or on the way to it. The message is for the user, and says what to do. It is one line, since most
 * messages contain text from a server.
 */
export class RegistryError extends Error {
  override readonly name: string = "RegistryError";

  constructor(message: string) {
    super(printable(message));
  }
}

/** A trouble that may be over in a moment: asking again is worth it. */
export class PassingTrouble extends RegistryError {
  override readonly name = "PassingTrouble";

  /** @param after how long the other side asks to be left alone, in milliseconds. @default it says nothing */
  constructor(
    message: string,
    readonly after?: number,
  ) {
    super(message);
  }
}
