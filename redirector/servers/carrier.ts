import { type Answer, readableByAll } from "../../routing/answer";
import type { Redirector } from "../redirector";

/** Answers requests, whoever brings them. */
export interface Handler extends Pick<Redirector, "handle"> {
  /**
   * Is told what `handle` threw against its word, or why its answer could not be sent; the client gets
   * {@link failure}. @default nobody is told
   */
  failed?(error: unknown): void;
}

/** The answer where there should have been another: an error of ours. */
export const failure: Answer = {
  status: 500,
  headers: {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...readableByAll,
  },
  body: "The redirector failed at this request. That is an error of its own, and its log tells more.\n",
};

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
