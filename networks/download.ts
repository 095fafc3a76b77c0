import type { IncomingMessage } from "node:http";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { printable } from "../document/printable";
import { describeFetchFailure } from "./describe-fetch-failure";
import { mostRedirects } from "./is-redirect";
import { TargetRefused } from "./permitted-target";
import { createPublicRequest, redirectLocation, sendRequest } from "./public-request";
import { readBounded } from "./read-bounded";

/** Limits of a download and allowed hosts. */
export interface DownloadLimits {
  /** The deadline, redirects included. */
  readonly deadline: Deadline;
  /** The text's size limit after unpacking, in bytes. */
  readonly sizeBytes: number;
  /** Whether to allow hosts on loopback and inside networks, and http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
}

/** The time by which one download, or several together, must be complete. */
export class Deadline {
  readonly signal: AbortSignal;

  constructor(readonly milliseconds: number) {
    this.signal = AbortSignal.timeout(milliseconds);
  }
}

/** A download that failed. The message says why. */
export class DownloadFailed extends Error {
  override readonly name = "DownloadFailed";
}

/**
 * Downloads a text. Gzip is unpacked, regardless of the declared type. Only uses https, and only connects to hosts on the
 * public internet: every address is checked, also after redirects.
 *
 * @returns the text; U+FFFD replaces invalid UTF-8
 * @throws DownloadFailed unless a complete response with status 200 arrives within the limits
 */
export async function download(url: string, limits: DownloadLimits): Promise<string> {
  try {
    const response = await follow(new URL(url), limits);
    return await readText(response, url, limits);
  } catch (error) {
    if (error instanceof DownloadFailed) throw error;
    const { signal, milliseconds } = limits.deadline;
    if (signal.aborted) throw new DownloadFailed(`${url} did not answer in full within ${milliseconds / 1000} s`);
    throw new DownloadFailed(`${url}: ${printable(describeFetchFailure(error))}`);
  }
}

async function follow(url: URL, limits: DownloadLimits): Promise<IncomingMessage> {
  let target = url;
  for (let hop = 0; ; hop++) {
    const response = await send(target, limits);
    if (response.statusCode === 200) return response;
    response.destroy();
    const location = redirectLocation(response);
    if (location === undefined) throw new DownloadFailed(`${url.href} answered with status ${response.statusCode}`);
    if (hop === mostRedirects) throw new Error(`it redirects more than ${mostRedirects} times`);
    if (!URL.canParse(location, target.href)) throw new Error("it redirects to an invalid URL");
    target = new URL(location, target);
  }
}

/** @throws Error if the URL is not allowed, or there is no response */
async function send(target: URL, { deadline: { signal }, allowPrivate = false }: DownloadLimits) {
  const headers = { "user-agent": "mirrorform", accept: "*/*" };
  try {
    return await sendRequest(createPublicRequest(target, { headers, signal, allowPrivate }));
  } catch (error) {
    throw error instanceof TargetRefused ? new Error(`${redactUrl(target)} is ${error.message}`) : error;
  }
}

/** Formats a URL for a message, without its query, which may be a secret, and without user and password. */
function redactUrl({ protocol, host, pathname }: URL): string {
  return printable(`${protocol}//${host}${pathname}`).slice(0, 200);
}

async function readText(response: IncomingMessage, url: string, { sizeBytes }: DownloadLimits): Promise<string> {
  const tooLong = () => new DownloadFailed(`${url} sent more than ${sizeBytes.toLocaleString("en-GB")} bytes`);
  const bytes = await readBounded(await unpack(response), sizeBytes, tooLong);
  // Invalid UTF-8 is tolerated (a city name, for example); the reader decides whether a line is bad.
  return new TextDecoder("utf-8").decode(bytes);
}

/** Unpacks gzip, as a stream, so that the size is checked as it grows; passes on other content unchanged. */
async function unpack(response: IncomingMessage): Promise<Readable> {
  const chunks = response[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = Readable.from(joinChunks(head, chunks), { objectMode: false });
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole;
  // Errors reach the reader of the last stream, which reports them.
  return pipeline(whole, createGunzip(), () => {});
}

async function* joinChunks(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}
