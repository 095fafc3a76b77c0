import type { IncomingMessage } from "node:http";
import { encodePath } from "../../networks/encode-path";
import { isRedirect, mostRedirects } from "../../networks/is-redirect";
import { isLoopbackHost } from "../../networks/loopback";
import type { Bucket, ObjectFacts, OpenOptions } from "../bucket";
import { followedLocation } from "../registry/followed-location";
import { StoreError } from "../store-error";
import { exchange, transferDeadline, usualDeadline } from "./exchange";
import { createObjectRefusal } from "./object-refusal";
import { readSize } from "./read-size";
import { retry, type Wait, waitByTimer } from "./retry";

/** The largest object that is read, in bytes. */
const largest = 5 * 1024 ** 4;

/**
 * Objects on someone else's web server, which can only be read: a mirror that its operator fills. It must be on the public
 * internet, or on loopback; a few redirects are followed.
 */
export class WebBucket implements Bucket {
  readonly url: string;
  readonly #wait: Wait;

  /** @param url with the placeholder `{key}` */
  constructor(url: string, wait: Wait = waitByTimer) {
    this.url = url;
    this.#wait = wait;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
    const { response } = await this.#retry(() => this.#send("HEAD", key, {}, signal), signal);
    response.resume();
    return response.statusCode === 404 ? undefined : readFacts(key, response);
  }

  async open(key: string, { from = 0, signal }: OpenOptions = {}): ReturnType<Bucket["open"]> {
    const range = { ...(from > 0 && { Range: `bytes=${from}-` }) };
    const { response } = await this.#retry(() => this.#send("GET", key, range, signal), signal);
    if (response.statusCode === (from > 0 ? 206 : 200)) return { facts: readFacts(key, response), body: response };
    response.destroy();
    const fault = response.statusCode === 404 ? "absent" : "unsupported";
    throw new StoreError(`${this.#urlOf(key)} answered with status ${response.statusCode}`, fault);
  }

  put(): Promise<never> {
    return Promise.reject(this.#readOnly());
  }

  // biome-ignore lint/correctness/useYield: a web server has no listing
  async *list(): AsyncIterable<never> {
    throw this.#readOnly();
  }

  remove(): Promise<never> {
    return Promise.reject(this.#readOnly());
  }

  #retry<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return retry(work, ({ after }, usual) => this.#wait(after ?? usual, signal));
  }

  #readOnly(): StoreError {
    return new StoreError(`${this.url} can only be read, object by object`, "unsupported");
  }

  #urlOf(key: string): URL {
    return new URL(this.url.replace("{key}", () => encodePath(key)));
  }

  async #send(
    method: "GET" | "HEAD",
    key: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly response: IncomingMessage }> {
    let url = this.#urlOf(key);
    const publicOnly = !isLoopbackHost(url.hostname);
    const deadline = method === "HEAD" ? usualDeadline : transferDeadline(largest);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const request = { method, url, headers: { "User-Agent": "mirrorform", ...headers }, deadline, publicOnly };
      const response = await exchange({ ...request, ...(signal && { signal }) });
      const status = response.statusCode ?? 0;
      if ([200, 206, 404].includes(status)) return { response };
      if (!isRedirect(status)) throw await createObjectRefusal(response, url, `the request for ${url}`);
      response.resume();
      url = followedLocation(response.headers.location, url);
    }
    throw new StoreError(`${this.#urlOf(key)} redirects more than ${mostRedirects} times`);
  }
}

function readFacts(key: string, { headers }: IncomingMessage): ObjectFacts {
  return { key, size: readSize(headers), ...(headers.etag !== undefined && { etag: headers.etag }) };
}
