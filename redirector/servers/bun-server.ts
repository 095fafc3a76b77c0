import type { Answer } from "../../routing/answer";
import type { CarriedRequest } from "../carried-request";
import { failure, type Handler, type Listening, type ListenPlace } from "./carrier";

/** The part of Bun's server that is used here (https://bun.com/docs/api/http). */
interface BunServer {
  readonly port: number;
  readonly hostname: string;
  readonly pendingRequests: number;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeActiveConnections: boolean): Promise<void>;
}

interface Bun {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    readonly idleTimeout: number;
    readonly maxRequestBodySize: number;
    fetch(request: Request, server: BunServer): Response | Promise<Response>;
  }): BunServer;
}

/** How long a connection is kept without a request, in seconds: the maximum in Bun. */
const idle = 255;
/**
 * How long the server keeps listening while it shuts down, in milliseconds: Bun closes idle connections as soon as it
 * stops listening, and a request may be on its way on one of them. Responses in this time announce that the connection
 * will be closed.
 */
const endingIdle = 1_000;
/**
 * How long requests in progress may then take, in milliseconds: Cloud Run kills a container 10 seconds after SIGTERM.
 */
const endingDeadline = 7_000;
const lookEvery = 50;

/**
 * Converts a Bun request for the redirector. Bun provides URLs in the form of the WHATWG URL standard: dots are
 * resolved, and the host is that of the `Host` header. Without a usable `Host`, or for a tunnel, it provides the bare
 * target.
 */
class BunRequest implements CarriedRequest {
  readonly method: string;
  readonly target: string;
  readonly #request: Request;
  readonly #headers: Headers;
  readonly #server: BunServer;

  constructor(request: Request, method: string, server: BunServer) {
    this.method = method;
    this.#request = request;
    this.#headers = request.headers;
    this.#server = server;
    const { url } = request;
    this.target = url.startsWith("http://") ? url.slice(url.indexOf("/", "http://".length)) : url;
  }

  get host(): string {
    return this.header("host") ?? "";
  }

  get peer(): string | undefined {
    return this.#server.requestIP(this.#request)?.address;
  }

  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }
}

/**
 * Sends answers. Bun copies a `Headers` object twice as fast as it reads a plain object. So the shared headers of
 * answers are kept as a `Headers` object, and each answer's own headers are set on it before it is copied.
 */
class Answering {
  isEnding = false;
  readonly #handler: Handler;
  readonly #prepared = new WeakMap<Answer["headers"], Headers>();

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  respond(request: Request, server: BunServer): Response | Promise<Response> {
    const { method } = request;
    try {
      const answer = this.#handler.handle(new BunRequest(request, method, server));
      return answer instanceof Promise ? this.#respondLater(answer, method) : this.#createResponse(answer, method);
    } catch (error) {
      return this.#createFailure(error, method);
    }
  }

  async #respondLater(answer: Promise<Answer>, method: string): Promise<Response> {
    try {
      return this.#createResponse(await answer, method);
    } catch (error) {
      return this.#createFailure(error, method);
    }
  }

  #createFailure(error: unknown, method: string): Response {
    this.#handler.reportFailure?.(error);
    return this.#createResponse(failure, method);
  }

  #createResponse({ status, headers, location, link, requestId, body }: Answer, method: string): Response {
    const own = this.#prepareHeaders(headers);
    setOrDelete(own, "Location", location);
    setOrDelete(own, "Link", link);
    setOrDelete(own, "X-Request-Id", requestId);
    const response = new Response(body === "" || method === "HEAD" ? null : body, { status, headers: own });
    if (method === "HEAD" && body !== "") response.headers.set("Content-Length", String(Buffer.byteLength(body)));
    if (this.isEnding) response.headers.set("Connection", "close");
    return response;
  }

  #prepareHeaders(headers: Answer["headers"]): Headers {
    const known = this.#prepared.get(headers);
    if (known !== undefined) return known;
    const made = new Headers(headers);
    this.#prepared.set(headers, made);
    return made;
  }
}

function setOrDelete(headers: Headers, name: string, value: string | undefined): void {
  if (value !== undefined) headers.set(name, value);
  else headers.delete(name);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Listens on Bun. @throws the operating system's error if it cannot */
export async function listenOnBun(handler: Handler, { port, host }: ListenPlace): Promise<Listening> {
  const { Bun } = globalThis as unknown as { readonly Bun: Bun };
  const answering = new Answering(handler);
  const server = Bun.serve({
    port,
    hostname: host,
    idleTimeout: idle,
    // No request body is read.
    maxRequestBodySize: 0,
    fetch: (request, own) => answering.respond(request, own),
  });
  const name = server.hostname.includes(":") ? `[${server.hostname}]` : server.hostname;
  return {
    url: `http://${name}:${server.port}`,
    port: server.port,
    async end() {
      answering.isEnding = true;
      await pause(endingIdle);
      const stopped = server.stop(false);
      const deadline = Date.now() + endingDeadline;
      while (server.pendingRequests > 0 && Date.now() < deadline) await pause(lookEvery);
      await Promise.race([server.stop(true), stopped, pause(lookEvery)]);
    },
  };
}
