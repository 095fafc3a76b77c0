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

function responseOf({ status, headers, body }: Answer, method: string): Response {
  if (method !== "HEAD" || body === "") return new Response(body === "" ? null : body, { status, headers });
  return new Response(null, { status, headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) } });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Listens on Bun. @throws Error as the operating system gives it, where it cannot */
export async function listenOnBun(handler: Handler, { port, host }: ListenPlace): Promise<Listening> {
  const { Bun } = globalThis as unknown as { readonly Bun: Bun };
  let ending = false;
  const respond = (answer: Answer, method: string): Response => {
    const response = responseOf(answer, method);
    if (ending) response.headers.set("Connection", "close");
    return response;
  };
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
