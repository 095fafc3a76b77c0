import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { pipeline, Readable } from "node:stream";
import { describeFetchFailure } from "../../networks/describe-fetch-failure";
import { publicLookup } from "../../networks/public-lookup";
import { readBounded } from "../../networks/read-bounded";
import { StoreError, TransientError } from "../store-error";

/** A request's body. It can be opened again for another attempt. */
export interface Body {
  /** Bytes; registries require it in advance. */
  readonly length: number;
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
  /** Whether it may only connect to public addresses. @default false */
  readonly publicOnly?: boolean;
  /** Aborts the request, and the answer while it is read. @default never */
  readonly signal?: AbortSignal | undefined;
}

/** How long an exchange of a few bytes may take, in milliseconds. An idle timeout is not enough: a server that sends byte by byte is never idle. */
export const usualDeadline = 120_000;
/** The slowest acceptable transfer, in bytes per millisecond: 64 KiB a second. */
const slowest = 65.536;

/** How long a transfer of a number of bytes may take, in milliseconds. */
export function transferDeadline(bytes: number): number {
  return usualDeadline + Math.ceil(bytes / slowest);
}

/** Idle timeout of a connection, in milliseconds: registries send nothing while they store a large blob. */
const patience = 120_000;

/** Codes of permanent errors, for which a retry does not help: unknown names, and all certificate errors. */
const permanent = /^ENOTFOUND$|^ENOTPUBLIC$|CERT|^UNABLE_TO_|^ERR_TLS|SIGNATURE|^ERR_INVALID/;

function createError(url: URL, error: NodeJS.ErrnoException): StoreError {
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
 * Sends one request and returns the answer, of any status, with its body unread. Redirects are not followed. Node's `fetch` is
 * not used, because it sends no length with a body from a file.
 *
 * @throws TransientError if the connection fails; StoreError if it would fail again, or it takes too long; the signal's reason
 */
export function exchange({
  method,
  url,
  headers = {},
  body,
  deadline = usualDeadline,
  publicOnly,
  signal,
}: Outgoing): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const failed = (error: Error) => reject(signal?.aborted ? signal.reason : createError(url, error));
    const request = (url.protocol === "http:" ? plainRequest : secureRequest)(url, {
      method,
      timeout: patience,
      ...(publicOnly && { lookup: publicLookup }),
      headers: { ...headers, ...((body || method === "POST") && { "Content-Length": body?.length ?? 0 }) },
    });
    let answer: IncomingMessage | undefined;
    const stop = (reason: Error) => {
      answer?.destroy(reason);
      request.destroy(reason);
    };
    const late = () =>
      stop(new StoreError(`${url.host} did not answer in full within ${Math.ceil(deadline / 1000)} seconds`));
    const timer = setTimeout(late, deadline);
    timer.unref();
    const abort = () => stop(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    request.on("close", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    });
    request.on("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("timeout", () => request.destroy(new Error(`nothing was received for ${patience / 1000} seconds`)));
    request.on("error", failed);
    if (body) pipeline(body.open(), request, (error) => error && failed(error));
    else request.end();
  });
}

/** A body as it arrives. @throws TransientError if it is interrupted */
export async function* chunksOf(response: IncomingMessage, url: URL): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw createError(url, error as NodeJS.ErrnoException);
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
