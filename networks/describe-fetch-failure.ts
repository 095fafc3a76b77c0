/** The relevant parts of an error of `fetch`, of a socket or of name resolution. */
interface Failure {
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
  /** Of a failure to connect to several addresses. */
  readonly errors?: readonly unknown[];
}

/**
 * Describes why a request failed, as text that may contain an address. The reason is in the innermost error: `fetch` itself
 * only reports "fetch failed", and a failure to connect to several addresses has no message.
 */
export function describeFetchFailure(error: unknown): string {
  const failures = listCauses(error).reverse();
  return failures.map(({ message, code }) => message || code).find(Boolean) ?? String(error);
}

/** Describes the same without an address: by the code, such as `ECONNREFUSED`, if there is one. */
export function describeFailureCode(error: unknown): string {
  const failures = listCauses(error).reverse();
  return failures.map(({ code }) => code).find(Boolean) ?? describeFetchFailure(error);
}

/** Lists an error and its causes, the innermost last. */
function listCauses(error: unknown): Failure[] {
  if (typeof error !== "object" || error === null) return [];
  const failure = error as Failure;
  return [failure, ...listCauses(failure.errors?.[0] ?? failure.cause)];
}
