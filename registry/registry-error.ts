/** What a registry, or the way to it, did not allow. The message is for the user, and says what to do. */
export class RegistryError extends Error {
  override readonly name: string = "RegistryError";
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
