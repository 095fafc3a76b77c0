/** What an exit status says: see `mirrorform --help`. */
export const exitStatus = { fine: 0, wrongInput: 1, wrongUsage: 2, refused: 3 } as const;

/** An end that is nobody's mistake in this program: its message is for the user, and needs no stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";

  /** @param status one of {@link exitStatus} */
  constructor(
    readonly status: 1 | 2 | 3,
    message: string,
  ) {
    super(message);
  }
}
