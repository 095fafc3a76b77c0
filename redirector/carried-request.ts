/** A request as a carrier received it. */
export interface CarriedRequest {
  readonly method: string;
  /** The request target as received: a path, perhaps with a query; or in absolute form (RFC 9112, section 3.2). */
  readonly target: string;
  /** The `Host` header: several lines are joined by ", "; empty if there is none. */
  readonly host: string;
  /** The address of the connection's peer, as the socket or the platform reports it. */
  readonly peer: string | undefined;
  /** The value of a header by its lower-case name; several lines are joined by ", ". */
  header(name: string): string | undefined;
}
