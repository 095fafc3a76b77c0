import { printable } from "../document/printable";

/** The exit statuses: see `mirrorform --help`. */
export const exitStatus = { fine: 0, wrongInput: 1, wrongUsage: 2, refused: 3 } as const;

/** An expected failure: its message is for the user, and needs no stack trace. */
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
 * Parses all options before a command does anything, so that all mistakes are reported at once.
 *
 * @param parsers by name. Each returns a value, or throws a {@link Failure}.
 * @returns the values, by the same names
 * @throws Failure with all messages, one per line
 */
export function parseOptions<T extends Readonly<Record<string, () => unknown>>>(
  parsers: T,
): { readonly [K in keyof T]: ReturnType<T[K]> } {
  const failures: string[] = [];
  const values = Object.entries(parsers).map(([name, parse]) => {
    try {
      return [name, parse()];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error.message);
      return [name, undefined];
    }
  });
  if (failures.length > 0) throw new Failure(exitStatus.wrongUsage, failures.join("\n"));
  return Object.fromEntries(values);
}

/**
 * Checks that an option could be parsed.
 *
 * @param forms what the option accepts, for the message
 * @param value undefined if the text is not one of them
 * @throws Failure if there is no value
 */
export function requireOption<T>(option: string, text: string, forms: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Failure(exitStatus.wrongUsage, `${option} must be ${forms}, not ${printable(text)}`);
}

/** Parses a port. 0 selects a free one. @throws Failure if it is not a port */
export function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
  return requireOption("--port", text, "a number from 0 to 65535", port);
}
