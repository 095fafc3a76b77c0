import type { Answer } from "../../routing/answer";
import type { CarriedRequest } from "../carried-request";
import { failure, type Handler, type Listening, type ListenPlace } from "./carrier";

/** What is used of Bun's server (https://bun.com/docs/api/http). */
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

/** Seconds that a connection is kept without a request: the most that Bun knows. */
const idle = 255;
/**
 * How long it is still listened when the server ends, in milliseconds: Bun closes silent connections at once when it
 * stops to, and a request may be on its way there. Whoever asks meanwhile is told that it was the last answer.
 */
const endingIdle = 1_000;
/** How long what was begun may take then, in milliseconds: Cloud Run kills 10 seconds after SIGTERM. */
const endingDeadline = 7_000;
const lookEvery = 50;

/**
 * A request of Bun's as the redirector takes it. Bun gives URLs as the WHATWG URL standard writes them: dots are resolved,
 * and the host is that of the `Host` header. Without a usable one, or of a tunnel, it is the bare target.
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
 * Sends answers. Bun copies a `Headers` object in half the time that it takes to read a plain object, so the headers that
 * answers share are kept as one, to which each answer's own are set before it is copied.
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
    this.#handler.failed?.(error);
    return this.#createResponse(failure, method);
  }

  #createResponse({ status, headers, location, link, requestId, body }: Answer, method: string): Response {
    const own = this.#preparedHeaders(headers);
    setOrDelete(own, "Location", location);
    setOrDelete(own, "Link", link);
    setOrDelete(own, "X-Request-Id", requestId);
    const response = new Response(body === "" || method === "HEAD" ? null : body, { status, headers: own });
    if (method === "HEAD" && body !== "") response.headers.set("Content-Length", String(Buffer.byteLength(body)));
    if (this.isEnding) response.headers.set("Connection", "close");
    return response;
  }

  #preparedHeaders(headers: Answer["headers"]): Headers {
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

/** Listens on Bun. @throws Error as the operating system gives it, where it cannot */
export async function listenOnBun(handler: Handler, { port, host }: ListenPlace): Promise<Listening> {
  const { Bun } = globalThis as unknown as { readonly Bun: Bun };
  const answering = new Answering(handler);
  const server = Bun.serve({
    port,
    hostname: host,
    idleTimeout: idle,
    // Nobody here wants a body.
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
