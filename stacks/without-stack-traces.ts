/**
 * Runs a function that creates CDKTF constructs, without CDKTF's stack traces. CDKTF captures one of unlimited depth for
 * every token (`Intrinsic`, `ComplexObject`). That takes as long as the rest of building a stack, and nothing reads the
 * traces. Lowering `Error.stackTraceLimit` has no effect, because CDKTF sets it itself. Thrown errors keep their traces.
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
