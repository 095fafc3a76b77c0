/** An answer of a {@link LocalRegistry}. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default empty */
  readonly body?: Buffer;
}

/** An answer of JSON. */
export function jsonAnswer(value: object, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return { status: 200, headers: { "Content-Type": "application/json", ...headers }, body };
}

/** The answer of an error (OCI distribution specification 1.1, "Error Codes"). */
export function errorAnswer(status: number, code: string): Answer {
  return { ...jsonAnswer({ errors: [{ code }] }), status };
}
