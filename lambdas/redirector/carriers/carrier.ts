import type { Redirector } from "../redirector";

/** Answers requests, whoever brings them. */
export type Handler = Pick<Redirector, "handle">;

/** Where a server listens. */
export interface ListenPlace {
  /** 0 takes any free one. */
  readonly port: number;
  /** An address of this machine. */
  readonly host: string;
}

/** A server that listens. */
export interface Listening {
  /** Its address, as a URL without a path. */
  readonly url: string;
  readonly port: number;
  /** Listens no more, answers what was begun, and resolves when that is done. */
  end(): Promise<void>;
}
