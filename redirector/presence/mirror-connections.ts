import { PublicConnections } from "../../networks/public-connections";

/** A request to a mirror. */
export interface MirrorRequest {
  readonly method: "HEAD" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** The parts of an answer that are used. The body is not. */
export interface MirrorReply {
  readonly status: number;
  /** The value of `Retry-After`. */
  readonly retryAfter?: string | undefined;
  /** The value of `Content-Type`. */
  readonly type?: string | undefined;
  /** How long the answer took once there was a connection, in milliseconds. @default the whole time */
  readonly waited?: number;
}

/** Sends a request, and follows redirects. Rejects if no answer comes. */
export type SendToMirror = (url: string, request: MirrorRequest) => Promise<MirrorReply>;

/** Connections to mirrors, kept between requests: see {@link PublicConnections}. */
export class MirrorConnections {
  readonly #connections: PublicConnections;

  /** @param options `allowPrivate`: whether mirrors may be on loopback and in private networks, and use http: for tests and trials */
  constructor(options?: { readonly allowPrivate?: boolean }) {
    this.#connections = new PublicConnections(options);
  }

  /** Sends a request, and follows a few redirects. Rejects if no answer comes. */
  async send(url: string, request: MirrorRequest): Promise<MirrorReply> {
    const { response, waited } = await this.#connections.request(url, { ...request, isBodyDropped: true });
    const { statusCode: status = 0, headers } = response;
    return { status, retryAfter: headers["retry-after"], type: headers["content-type"], waited };
  }

  /** Closes all kept connections. */
  close(): void {
    this.#connections.close();
  }
}
