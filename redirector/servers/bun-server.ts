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
  readonly target: string;
  readonly #request: Request;
  readonly #server: BunServer;

  constructor(request: Request, server: BunServer) {
    this.#request = request;
    this.#server = server;
    const { url } = request;
    this.target = url.startsWith("http://") ? url.slice(url.indexOf("/", url.indexOf("://") + 3)) : url;
  }

  get method(): string {
    return this.#request.method;
  }

  get host(): string {
    return this.header("host") ?? "";
  }

  get peer(): string | undefined {
    return this.#server.requestIP(this.#request)?.address;
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }
}

/**
 * Makes responses. Bun copies a `Headers` object in half the time that it takes to read a plain object, so the headers that
 * answers share are kept as one, to which each answer's own are set before it is copied.
 */
class ResponseFactory {
  readonly #prepared = new WeakMap<Answer["headers"], Headers>();

  create({ status, headers, location, link, requestId, body }: Answer, method: string, isLast: boolean): Response {
    const fields = this.#preparedHeaders(headers);
    setOrDelete(fields, "Location", location);
    setOrDelete(fields, "Link", link);
    setOrDelete(fields, "X-Request-Id", requestId);
    const response = new Response(body === "" || method === "HEAD" ? null : body, { status, headers: fields });
    if (method === "HEAD" && body !== "") response.headers.set("Content-Length", String(Buffer.byteLength(body)));
    if (isLast) response.headers.set("Connection", "close");
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
  let ending = false;
  const responses = new ResponseFactory();
  const respond = (answer: Answer, method: string): Response => responses.create(answer, method, ending);
  const server = Bun.serve({
    port,
    hostname: host,
    idleTimeout: idle,
    // Nobody here wants a body.
    maxRequestBodySize: 0,
    fetch(request, own) {
      const fail = (error: unknown): Response => {
        handler.failed?.(error);
        return respond(failure, request.method);
      };
      try {
        const answer = handler.handle(new BunRequest(request, own));
        if (answer instanceof Promise) return answer.then((late) => respond(late, request.method)).catch(fail);
        return respond(answer, request.method);
      } catch (error) {
        return fail(error);
      }
    },
  });
  const name = server.hostname.includes(":") ? `[${server.hostname}]` : server.hostname;
  return {
    url: `http://${name}:${server.port}`,
    port: server.port,
    async end() {
      ending = true;
      await pause(endingIdle);
      const stopped = server.stop(false);
      const deadline = Date.now() + endingDeadline;
      while (server.pendingRequests > 0 && Date.now() < deadline) await pause(lookEvery);
      await Promise.race([server.stop(true), stopped, pause(lookEvery)]);
    },
  };
}
