import { printable } from "../document/printable";

/**
 * What kind of failure it is, for callers that decide what to do next:
 *
 * - `absent`: there is no such object, blob, manifest, tag or repository;
 * - `exists`: a write that required a free name lost to another one;
 * - `denied`: the credentials are missing or may not do it;
 * - `throttled`: the server asks for a pause, after which the same request may succeed;
 * - `transient`: the connection or the server failed; the same request may succeed;
 * - `corrupt`: bytes differ from their digest, checksum or size;
 * - `unsupported`: the server does not have this operation (405, or a registry's `UNSUPPORTED`);
 * - `refused`: anything else, for which another attempt does not help.
 */
export type StoreFault =
  | "absent"
  | "exists"
  | "denied"
  | "throttled"
  | "transient"
  | "corrupt"
  | "unsupported"
  | "refused";

/**
 * A failure of a registry or an object store, or of the connection to it. The message is for the user, and names the fix. It is one
 * line, because most messages contain text from a server.
 */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  readonly fault: StoreFault;

  /** @param fault @default "refused" */
  constructor(message: string, fault: StoreFault = "refused") {
    super(printable(message));
    this.fault = fault;
  }
}

/** A temporary failure, which is worth retrying. */
export class TransientError extends StoreError {
  override readonly name = "TransientError";
  /** The time to wait before another request, as requested by the server, in milliseconds. */
  readonly after: number | undefined;
  /** The host that asked for the pause, `HOST` or `HOST:PORT`. */
  readonly host: string | undefined;

  /**
   * @param after @default not known
   * @param fault @default "transient"
   * @param host @default not known
   */
  constructor(message: string, after?: number, fault: "throttled" | "transient" = "transient", host?: string) {
    super(message, fault);
    this.after = after;
    this.host = host;
  }
}
