/** One request, as a carrier received it. */
export interface CarriedRequest {
  readonly method: string;
  /** The request target as received: a path, perhaps with a query; or in absolute form (RFC 9112, section 3.2). */
  readonly target: string;
  /** The `Host` header: several lines are one value joined by ", "; empty where there is none. */
  readonly host: string;
  /** The address of the connection's other end, as the socket or the platform tells it. */
  readonly peer: string | undefined;
  /** The value of a header by its name in lower case; several lines are one value joined by ", ". */
  header(name: string): string | undefined;
}
