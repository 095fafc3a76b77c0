import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { pipeline, Readable } from "node:stream";
import { describeFetchFailure } from "../../networks/fetch-failure";
import { publicLookup } from "../../networks/public-lookup";
import { readBounded } from "../../networks/read-bounded";
import { PassingTrouble, RegistryError } from "./registry-error";

/** What is sent. It can be opened again for another attempt. */
export interface Body {
  /** Bytes; registries want to know them beforehand. */
  readonly length: number;
  open(): Readable;
}

/** Bytes in memory, to be sent. */
export function bodyOf(bytes: Buffer): Body {
  return { length: bytes.length, open: () => Readable.from([bytes]) };
}

/** One HTTP request. */
export interface Outgoing {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default nothing */
  readonly body?: Body;
  /** How long the answer may take up to its last byte, in milliseconds. @default {@link usualDeadline} */
  readonly deadline?: number;
  /** Whether it may only connect to public addresses. @default false */
  readonly publicOnly?: boolean;
}

/** How long an exchange of a few bytes may take, in milliseconds: a server that drips bytes is never silent. */
export const usualDeadline = 120_000;
/** A transfer may be as slow as this, in bytes a millisecond: 64 KiB a second. */
const slowest = 65.536;

/** How long a transfer of a number of bytes may take, in milliseconds. */
export function transferDeadline(bytes: number): number {
  return usualDeadline + Math.ceil(bytes / slowest);
}

/** A connection on which nothing moves for so long is given up; registries are silent while they store a large blob. Milliseconds. */
const patience = 120_000;

/** What does not get better by asking again: a name nobody knows, and whatever is wrong with a certificate. */
const lasting = /^ENOTFOUND$|^ENOTPUBLIC$|CERT|^UNABLE_TO_|^ERR_TLS|SIGNATURE|^ERR_INVALID/;

function trouble(url: URL, error: NodeJS.ErrnoException): RegistryError {
  if (error instanceof RegistryError) return error;
  const { code = "" } = error;
  const told = `${url.host} cannot be reached: ${describeFetchFailure(error)}`;
  if (!lasting.test(code)) return new PassingTrouble(`${told}: try again later`);
  if (code === "ENOTPUBLIC") return new RegistryError(told);
  const proxy = "a proxy is used by Node 24.5 and later, with NODE_USE_ENV_PROXY=1";
  const way =
    code === "ENOTFOUND" ? `check the name (${proxy})` : "a certificate of your own goes into NODE_EXTRA_CA_CERTS";
  return new RegistryError(`${told}: ${way}`);
}

/**
 * Sends one request and gives the answer, of whatever status, its body unread. Redirects are answers as any other. Node's `fetch`
 * is not used, since it sends no length with what comes from a file.
 *
 * @throws PassingTrouble if the connection fails; RegistryError if it would fail again, or takes too long
 */
export function exchange({
  method,
  url,
  headers = {},
  body,
  deadline = usualDeadline,
  publicOnly,
}: Outgoing): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(trouble(url, error));
    const request = (url.protocol === "http:" ? plainRequest : secureRequest)(url, {
      method,
      timeout: patience,
      ...(publicOnly && { lookup: publicLookup }),
      headers: { ...headers, ...((body || method === "POST") && { "Content-Length": body?.length ?? 0 }) },
    });
    let answer: IncomingMessage | undefined;
    const timer = setTimeout(() => {
      const late = new RegistryError(`${url.host} did not answer in full within ${Math.ceil(deadline / 1000)} seconds`);
      answer?.destroy(late);
      request.destroy(late);
    }, deadline);
    timer.unref();
    request.on("close", () => clearTimeout(timer));
    request.on("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("timeout", () => request.destroy(new Error(`nothing came for ${patience / 1000} seconds`)));
    request.on("error", failed);
    if (body) pipeline(body.open(), request, (error) => error && failed(error));
    else request.end();
  });
}

/** A body as it comes. @throws PassingTrouble where it breaks off */
export async function* chunksOf(response: IncomingMessage, url: URL): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw trouble(url, error as NodeJS.ErrnoException);
  }
}

/**
 * Reads a body into memory.
 *
 * @param most bytes; a longer one is refused
 * @throws PassingTrouble where it breaks off; RegistryError where it is too long
 */
export function readBody(response: IncomingMessage, url: URL, most: number): Promise<Buffer> {
  const tooLong = () => new RegistryError(`${url.host} sends more than the ${most} bytes that were due`);
  return readBounded(chunksOf(response, url), most, tooLong);
}
