import { type Answer, readableByAll } from "../../routing/answer";
import type { Redirector } from "../redirector";

/** Answers requests from any carrier. */
export interface Handler extends Pick<Redirector, "handle"> {
  /**
   * Called with what `handle` threw although it should not, or with the reason why its answer could not be sent; the
   * client gets {@link failure}. @default not called
   */
  reportFailure?(error: unknown): void;
}

/** The answer to a request that failed because of an internal error. */
export const failure: Answer = {
  status: 500,
  headers: {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...readableByAll,
  },
  body: "The redirector failed to answer this request. This is an internal error; its log has the details.\n",
};

/** A server's listen address. */
export interface ListenPlace {
  /** 0 selects a free one. */
  readonly port: number;
  /** The local address to listen on. */
  readonly host: string;
}

/** A listening server. */
export interface Listening {
  /** Its address, as a URL without a path. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, answers the requests in progress, and resolves when that is done. */
  end(): Promise<void>;
}
