import type { Problem } from "../document/problem";

/** A project's files have errors, or their result cannot be used. The message is for the user. */
export class UnusableProject extends Error {
  override readonly name = "UnusableProject";

  /** @param problems the errors, where they have places. @default none */
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
  }
}
