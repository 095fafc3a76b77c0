import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import type { ObjectFacts } from "../bucket";
import { StoreError, TransientError } from "../store-error";
import { createConnectionError, exchange, type Outgoing, readBody, transferDeadline } from "./exchange";
import { type HostLimits, hostLimits } from "./host-limits";
import { createObjectRefusal } from "./object-refusal";
import { retry, type Wait, waitByTimer } from "./retry";

/** A request to an object store, and the answers that are not failures. */
export interface ObjectRequest extends Outgoing {
  readonly statuses: readonly number[];
  /** For messages: "the request for s3://bucket/key". */
  readonly action: string;
}

/** Completes a request with what proves who sends it. */
export type Authorize = (outgoing: Outgoing) => Promise<Outgoing>;

/** When requests are sent. */
export interface Pacing {
  /** Waits between attempts. @default a timer */
  readonly wait?: Wait;
  /** @default the limits of this process */
  readonly limits?: HostLimits;
}

/** Longest answer that is not an object, in bytes: a page of 1,000 names of 1,024 bytes, percent-encoded, with what belongs to them. */
const longestAnswer = 8 * 1024 * 1024;
/** The largest object of any store, in bytes: Google and S3 5 TiB, Azure Blob 190 TiB in blocks of 4,000 MiB, which this does not use. */
const largestObject = 5 * 1024 ** 4;

/** How an object store is talked to, whichever it is: authorized requests, refusals as errors, retries. */
export class ObjectRequests {
  readonly #authorize: Authorize;
  readonly #wait: Wait;
  readonly #limits: HostLimits;

  constructor(authorize: Authorize, { wait = waitByTimer, limits = hostLimits }: Pacing) {
    this.#authorize = authorize;
    this.#wait = wait;
    this.#limits = limits;
  }

  /** Sends a request once. @returns the answer, its body unread @throws StoreError if its status is not one of those */
  async send({ statuses, action, ...outgoing }: ObjectRequest): Promise<IncomingMessage> {
    const { url, body, signal } = outgoing;
    signal?.throwIfAborted();
    const lane = body ? "upload" : "other";
    const send = async () => exchange({ isSentOnce: body !== undefined, ...(await this.#authorize(outgoing)) });
    const response = await this.#limits.run(url.host, lane, send, signal);
    if (statuses.includes(response.statusCode ?? 0)) return response;
    throw await createObjectRefusal(response, outgoing.url, action);
  }

  /** Sends a request once, and reads the answer's body. */
  async sendAndRead(request: ObjectRequest): Promise<{ readonly response: IncomingMessage; readonly bytes: Buffer }> {
    const response = await this.send(request);
    return { response, bytes: await readBody(response, request.url, longestAnswer) };
  }

  /** As {@link sendAndRead}, with retries: for requests whose body is in memory. */
  retryAndRead(request: ObjectRequest): ReturnType<ObjectRequests["sendAndRead"]> {
    return this.retry(() => this.sendAndRead(request), request.signal);
  }

  /** Does work up to five times, as long as it fails temporarily. @param work is given the number of earlier attempts */
  retry<T>(work: (earlier: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return retry(work, async (error, usual) => {
      signal?.throwIfAborted();
      const wait = () => this.#wait(error.after ?? usual, signal);
      const isForAll = error.fault === "throttled" && error.host !== undefined;
      await (isForAll ? this.#limits.pause(error.host, wait) : wait());
    });
  }

  /**
   * Asks for an object's bytes, with retries.
   *
   * @param from the first byte
   * @returns the answer, and its body for reading
   */
  async open(
    request: Omit<ObjectRequest, "statuses">,
    from: number,
  ): Promise<{ readonly response: IncomingMessage; readonly body: Readable }> {
    const { url, signal, headers, action } = request;
    const range = from > 0 ? { range: `bytes=${from}-` } : {};
    const statuses = [from > 0 ? 206 : 200];
    const whole = {
      ...request,
      headers: { ...headers, ...range },
      statuses,
      deadline: transferDeadline(largestObject),
    };
    const response = await this.retry(() => this.send(whole), signal);
    if (from > 0 && !isRestFrom(from, response.headers["content-range"])) {
      response.destroy();
      throw new StoreError(`${url.host} answered ${action} with bytes that do not begin at ${from}`);
    }
    return { response, body: bodyStream(response, url, signal) };
  }

  /**
   * Does a write up to five times. An earlier attempt whose answer was lost may have succeeded, so a condition that no longer holds
   * then is not a failure if the object is the one that was being written.
   */
  write(
    attempt: (earlier: number) => Promise<ObjectFacts>,
    sha256: string,
    head: () => Promise<ObjectFacts | undefined>,
    signal?: AbortSignal,
  ): Promise<ObjectFacts> {
    return this.retry(async (earlier) => {
      try {
        return await attempt(earlier);
      } catch (error) {
        const mayBeOurs = earlier > 0 && error instanceof StoreError && /exists|absent/.test(error.fault);
        const facts = mayBeOurs ? await head() : undefined;
        if (facts?.recordedSha256 === sha256) return facts;
        throw error;
      }
    }, signal);
  }
}

/** Whether a `Content-Range` is that of everything from a byte on. Azurite sends one of no bytes where others have status 416. */
function isRestFrom(from: number, contentRange: string | undefined): boolean {
  const [, total = "0"] = /\/([0-9]{1,15})$/.exec(contentRange ?? "") ?? [];
  return from < Number(total) && contentRange === `bytes ${from}-${Number(total) - 1}/${total}`;
}

/** A body as a stream, whose failures are errors of the connection to the store. It must be complete within its deadline. */
function bodyStream(response: IncomingMessage, url: URL, signal: AbortSignal | undefined): Readable {
  const body = new PassThrough();
  const length = Number(response.headers["content-length"] ?? largestObject);
  const late = () => response.destroy(new StoreError(`${url.host} sends too slowly`, "transient"));
  const timer = setTimeout(late, transferDeadline(length)).unref();
  response.once("error", (error) => body.destroy(signal?.aborted ? signal.reason : createConnectionError(url, error)));
  body.once("close", () => {
    clearTimeout(timer);
    response.destroy();
  });
  return response.pipe(body);
}

/** Checks a store's report against what was written. @throws StoreError "corrupt" */
export function checkWritten(facts: ObjectFacts, expected: Partial<ObjectFacts>, name: string): ObjectFacts {
  for (const field of ["size", "sha256", "md5", "crc32c"] as const) {
    const [reported, wanted] = [facts[field], expected[field]];
    if (reported === undefined || wanted === undefined || reported === wanted) continue;
    throw new StoreError(`${name} was written, but its ${field} there is ${reported}, not ${wanted}`, "corrupt");
  }
  return facts;
}

/** The facts of an object that was just written. @throws TransientError if the store has not kept it */
export function requireKept(facts: ObjectFacts | undefined, name: string): ObjectFacts {
  if (facts !== undefined) return facts;
  throw new TransientError(`${name} was written, but is not there: try again later`);
}
