import { printable } from "../document/printable";

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

/**
 * Reads all words of a command line before anything is done, so that every mistake is told at once.
 *
 * @param readings each gives what an option says, or throws a {@link Failure}
 * @returns what they gave, by the same names
 * @throws Failure with every message, one a line
 */
export function understandAll<T extends Readonly<Record<string, () => unknown>>>(
  readings: T,
): { readonly [K in keyof T]: ReturnType<T[K]> } {
  const failures: string[] = [];
  const read = Object.entries(readings).map(([name, reading]) => {
    try {
      return [name, reading()];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error.message);
      return [name, undefined];
    }
  });
  if (failures.length > 0) throw new Failure(exitStatus.wrongUsage, failures.join("\n"));
  return Object.fromEntries(read);
}

/**
 * What an option says.
 *
 * @param forms what it takes, in words
 * @throws Failure where there is no value
 */
export function understood<T>(option: string, text: string, forms: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Failure(exitStatus.wrongUsage, `${option} takes ${forms}, not ${printable(text)}`);
}

/** A port of this machine; 0 is any that is free. @throws Failure where there is none */
export function portOf(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
  return understood("--port", text, "a number from 0 to 65535", port);
}
