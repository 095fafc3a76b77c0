import { type ClientRequest, type Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from "node:http";
import { type Agent as HttpsAgent, request as requestByHttps } from "node:https";
import { bareHost } from "./bare-host";
import { isRedirect } from "./is-redirect";
import { requirePermittedTarget } from "./permitted-target";
import { publicLookup } from "./public-lookup";

/** A request to a host on the public internet. */
export interface PublicRequest {
  /** @default GET */
  readonly method?: "GET" | "HEAD";
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** Keeps connections. @default none: each request has its own */
  readonly agent?: HttpAgent | HttpsAgent | false;
  /** Whether to allow hosts on loopback and inside networks, and http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
}

/**
 * Creates a request that never reaches a host inside a network, regardless of name resolution: the address is checked when
 * connecting. `fetch` cannot do that: it resolves a checked name again, and may get another address. A user and password in
 * the URL are not sent.
 *
 * @throws TargetRefused, NotPublic if the URL must not be requested
 */
export function createPublicRequest(target: URL, request: PublicRequest): ClientRequest {
  const { method = "GET", headers, signal, agent = false, allowPrivate = false } = request;
  requirePermittedTarget(target, allowPrivate);
  const send = target.protocol === "https:" ? requestByHttps : requestByHttp;
  return send({
    // Not the URL itself: its user and password would be sent.
    host: bareHost(target.hostname),
    port: target.port,
    path: `${target.pathname}${target.search}`,
    method,
    headers,
    signal,
    agent,
    ...(!allowPrivate && { lookup: publicLookup }),
  });
}

/**
 * Sends a request, and resolves when the head of the response has arrived.
 *
 * @param onHead called immediately then, before the body is read
 */
export function sendRequest(
  request: ClientRequest,
  onHead?: (response: IncomingMessage) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request
      .on("response", (response) => {
        onHead?.(response);
        resolve(response);
      })
      .on("error", reject)
      .end();
  });
}

/** The redirect target of a response; undefined if there is none. */
export function redirectLocation({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return isRedirect(statusCode) ? headers.location : undefined;
}
