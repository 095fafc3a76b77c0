/**
 * Runs a function that creates CDKTF constructs. CDKTF captures a stack trace of unlimited depth for every token that it
 * makes (`Intrinsic`, `ComplexObject`), which takes as long as everything else about a stack, and nothing here reads them.
 * It sets `Error.stackTraceLimit` itself, so that only the capturing can be replaced. Errors that are thrown keep their
 * traces.
 */
export function withoutStackTraces<Result>(run: () => Result): Result {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    return run();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
