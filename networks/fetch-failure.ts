/** The parts of an error of `fetch`, of a socket or of name resolution that are read here. */
interface Failure {
  readonly message?: string;
  readonly code?: string;
  readonly cause?: unknown;
  /** Of a failure to connect to several addresses. */
  readonly errors?: readonly unknown[];
}

/**
 * Why a request got no answer, in words that may contain an address. The innermost error says it: `fetch` itself says only
 * "fetch failed", and a failure to connect to several addresses says nothing.
 */
export function describeFetchFailure(error: unknown): string {
  const failures = failureChain(error).reverse();
  return failures.map(({ message, code }) => message || code).find(Boolean) ?? String(error);
}

/** The same without an address: the code where there is one, such as `ECONNREFUSED`. */
export function fetchFailureCode(error: unknown): string {
  const failures = failureChain(error).reverse();
  return failures.map(({ code }) => code).find(Boolean) ?? describeFetchFailure(error);
}

/** An error and what caused it, down to the innermost. */
function failureChain(error: unknown): Failure[] {
  if (typeof error !== "object" || error === null) return [];
  const failure = error as Failure;
  return [failure, ...failureChain(failure.errors?.[0] ?? failure.cause)];
}
