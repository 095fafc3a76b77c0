import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { pipeline, Readable } from "node:stream";
import { describeFetchFailure } from "../../networks/describe-fetch-failure";
import { publicLookup, requirePublicHost } from "../../networks/public-lookup";
import { readBounded } from "../../networks/read-bounded";
import { StoreError, TransientError } from "../store-error";
import { agentFor } from "./connections";
import { StalledError } from "./stalled-error";

/** A request's body. It can be opened again for another attempt. */
export interface Body {
  /** Bytes; registries require it in advance. */
  readonly length: number;
  /** The SHA-256, in hexadecimal, that its stream verifies itself: it fails instead of delivering the last bytes of others. @default none */
  readonly verified?: string;
  /**
   * How many of its bytes a writer may hold at the moment, to send them again after a failure: it shares the memory with other copies.
   * A writer whose protocol needs more takes more. @default what the writer usually holds
   */
  mayHold?(): number;
  open(): Readable;
}

/** A body of bytes in memory. */
export function bodyOf(bytes: Buffer): Body {
  return { length: bytes.length, open: () => Readable.from([bytes]) };
}

/** One HTTP request. */
export interface Outgoing {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default nothing */
  readonly body?: Body;
  /** How long the complete answer may take, in milliseconds. @default {@link usualDeadline} */
  readonly deadline?: number;
  /** How long the connection may be idle, in milliseconds. @default {@link usualPatience} */
  readonly patience?: number;
  /** Whether it may only connect to public addresses. @default false */
  readonly publicOnly?: boolean;
  /**
   * Whether the request fails when a kept connection turns out to be closed, which it may have reached before; otherwise it is sent
   * again. For conditional writes, whose second answer differs from the first. @default false
   */
  readonly isSentOnce?: boolean;
  /** Ends the request; its reason is thrown. @default none */
  readonly signal?: AbortSignal | undefined;
}

/** How long an exchange of a few bytes may take, in milliseconds. An idle timeout is not enough: a server that sends byte by byte is never idle. */
export const usualDeadline = 120_000;
/** The slowest acceptable transfer, in bytes per millisecond: 64 KiB a second. */
const slowest = 65.536;

/** The longest time of a timer, in milliseconds: 25 days; a longer one ends at once. */
const longestTimer = 2 ** 31 - 1;

/** How long a transfer of a number of bytes may take, in milliseconds. */
export function transferDeadline(bytes: number): number {
  return Math.min(usualDeadline + Math.ceil(bytes / slowest), longestTimer);
}

/** Idle timeout of a connection, in milliseconds: registries send nothing while they store a large blob. */
const usualPatience = 120_000;

/** Codes of permanent errors, for which a retry does not help: unknown names, and all certificate errors. */
const permanent = /^ENOTFOUND$|^ENOTPUBLIC$|CERT|^UNABLE_TO_|^ERR_TLS|SIGNATURE|^ERR_INVALID/;
/** Codes of errors of a kept connection that the server closed while we sent: it did not read the request. */
const closedByServer: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** The error of a connection that failed. */
export function createConnectionError(url: URL, error: NodeJS.ErrnoException): Error {
  if (error instanceof StoreError) return error;
  const { code = "" } = error;
  const message = `${url.host} cannot be reached: ${describeFetchFailure(error)}`;
  if (!permanent.test(code)) return new TransientError(`${message}: try again later`);
  if (code === "ENOTPUBLIC") return new StoreError(message);
  const proxy = "Node 24.5 and later use a proxy with NODE_USE_ENV_PROXY=1";
  const fix =
    code === "ENOTFOUND"
      ? `check the name (${proxy})`
      : "add a certificate authority of your own with NODE_EXTRA_CA_CERTS";
  return new StoreError(`${message}: ${fix}`);
}

/**
 * Sends one request and returns the answer, of any status, with its body unread. Redirects are not followed. Connections are kept
 * and used again. Node's `fetch` is not used, because it sends no length with a body from a file.
 *
 * @throws TransientError if the connection fails; StoreError if it would fail again, or it takes too long; the reason of the signal
 */
export async function exchange(outgoing: Outgoing): Promise<IncomingMessage> {
  outgoing.signal?.throwIfAborted();
  if (outgoing.publicOnly) requirePublic(outgoing.url);
  try {
    return await exchangeOnce(outgoing, false);
  } catch (error) {
    if (!(error instanceof KeptConnectionClosed)) throw error;
    // Other kept connections may be closed as well.
    return await exchangeOnce(outgoing, true);
  }
}

/** The server closed a kept connection while it was idle. */
class KeptConnectionClosed extends Error {}

function requirePublic(url: URL): void {
  try {
    requirePublicHost(url);
  } catch (error) {
    throw createConnectionError(url, error as Error);
  }
}

function open(
  { method, url, headers = {}, body, patience = usualPatience, publicOnly = false }: Outgoing,
  isNew: boolean,
) {
  const hasLength = body !== undefined || method === "POST" || method === "PUT" || method === "PATCH";
  return (url.protocol === "http:" ? plainRequest : secureRequest)(url, {
    method,
    timeout: patience,
    agent: isNew ? false : agentFor(url, publicOnly),
    ...(publicOnly && { lookup: publicLookup }),
    headers: { ...headers, ...(hasLength && { "Content-Length": body?.length ?? 0 }) },
  });
}

function exchangeOnce(outgoing: Outgoing, isNew: boolean): Promise<IncomingMessage> {
  const { url, body, deadline = usualDeadline, patience = usualPatience, isSentOnce = false, signal } = outgoing;
  return new Promise((resolve, reject) => {
    const request = open(outgoing, isNew);
    const failed = (error: NodeJS.ErrnoException) => {
      if (signal?.aborted) reject(signal.reason);
      else if (!isSentOnce && isClosedWhileIdle(request, error)) reject(new KeptConnectionClosed());
      else reject(createConnectionError(url, error));
    };
    let answer: IncomingMessage | undefined;
    const end = (reason: Error) => {
      answer?.destroy(reason);
      request.destroy(reason);
    };
    const timer = setTimeout(() => {
      end(new StoreError(`${url.host} did not answer in full within ${Math.ceil(deadline / 1000)} seconds`));
    }, deadline);
    timer.unref();
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    request.on("close", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    });
    request.on("response", (response) => {
      answer = response;
      // A refusal may come before the body was sent: nobody needs the rest.
      response.once("end", () => request.writableFinished || request.destroy());
      if (outgoing.method === "HEAD") keepConnection(request, response);
      resolve(response);
    });
    request.on("timeout", () => end(new StalledError(url.host, patience)));
    request.on("error", failed);
    if (body) sendBody(body, request, reject, failed);
    else request.end();
  });
}

/** Node closes the connection if HEAD is answered without a length, though no body can come (RFC 9112, section 6.3). */
function keepConnection(request: ClientRequest, { httpVersion, headers }: IncomingMessage): void {
  request.shouldKeepAlive = httpVersion === "1.1" && !/\bclose\b/i.test(headers.connection ?? "");
}

/** An error of the body itself is not the server's. */
function sendBody(body: Body, request: ClientRequest, onOwn: (error: Error) => void, onError: (error: Error) => void) {
  const source = body.open();
  source.once("error", onOwn);
  pipeline(source, request, (error) => error && onError(error));
}

function isClosedWhileIdle(request: ClientRequest, { code = "" }: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && closedByServer.has(code);
}

/** A body as it arrives. @throws TransientError if it is interrupted; the reason of the signal */
export async function* chunksOf(response: IncomingMessage, url: URL, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    signal?.throwIfAborted();
    throw createConnectionError(url, error as NodeJS.ErrnoException);
  }
}

/**
 * Reads a body into memory.
 *
 * @param most bytes; a longer one is refused
 * @throws TransientError if it is interrupted; StoreError if it is too long
 */
export function readBody(response: IncomingMessage, url: URL, most: number): Promise<Buffer> {
  const tooLong = () => new StoreError(`${url.host} sends more than the permitted ${most} bytes`);
  return readBounded(chunksOf(response, url), most, tooLong);
}
