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
  /** Whether hosts may be on loopback and inside networks, and speak http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
}

/**
 * Makes a request that never reaches a host inside a network, even if its name resolves to one: the address is checked when
 * connecting. `fetch` does not let us: it resolves a checked name again, and may get another address. A user and password in
 * the URL are not sent.
 *
 * @throws TargetRefused, NotPublic if the URL may not be asked
 */
export function createPublicRequest(target: URL, request: PublicRequest): ClientRequest {
  const { method = "GET", headers, signal, agent = false, allowPrivate = false } = request;
  requirePermittedTarget(target, allowPrivate);
  const send = target.protocol === "https:" ? requestByHttps : requestByHttp;
  return send({
    // Not the URL itself: a user and a password in it would be sent.
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
 * Sends a request, and resolves when the head of the answer has arrived.
 *
 * @param onHead called at once then, before any of the body is read
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

/** Where an answer redirects; undefined if it does not, or does not say where. */
export function redirectLocation({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return isRedirect(statusCode) ? headers.location : undefined;
}
