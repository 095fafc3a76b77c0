import { type IncomingMessage, Agent as PlainAgent, request as plainRequest, type RequestOptions } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { isRedirect } from "../../networks/is-redirect";
import { publicLookup } from "../../networks/public-lookup";
import { isListTarget } from "./list-target";

/**
 * Largest page that is read, in bytes. Artifact Registry adds 300 bytes for each manifest, so kube-apiserver's page has
 * megabytes.
 */
export const largestPage = 8 * 1024 * 1024;
/** Bytes of pages that are being read at the same time. */
export const largestReading = 2 * largestPage;
/** As with questions to mirrors (issue 9, row 35). */
const mostRedirects = 3;

/** The answer to a question for a page. */
export interface FetchedList {
  readonly body: Buffer;
  readonly link: string | undefined;
  /** What the registry filtered by (OCI distribution specification, "Listing Referrers"). */
  readonly filtersApplied: string | undefined;
}

/** The list could not be fetched. */
export class ListUnreadable extends Error {
  override readonly name = "ListUnreadable";
}

/**
 * Fetches pages of lists. Connections are kept, since clients ask for one page after another. Of a client's request, only
 * what is in the URL is sent.
 */
export class ListFetcher {
  readonly #allowPrivate: boolean;
  readonly #plain = new PlainAgent({ keepAlive: true });
  readonly #secure = new SecureAgent({ keepAlive: true });
  /** Bytes of pages that have not arrived completely. */
  #reading = 0;

  /** @param allowPrivate whether registries may be on loopback and inside networks, and speak http: for tests and trials */
  constructor({ allowPrivate = false } = {}) {
    this.#allowPrivate = allowPrivate;
  }

  /**
   * Fetches one page, and follows at most three redirects: see {@link isListTarget}.
   *
   * @param url of the routing table, with parameters
   * @param type the media type that is asked for
   * @throws Error unless a complete answer with status 200 comes within {@link largestPage}
   */
  async fetch(url: string, type: string, signal: AbortSignal): Promise<FetchedList> {
    let target = new URL(url);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      if (!isListTarget(target, this.#allowPrivate)) throw new ListUnreadable("a place that may not be asked");
      const response = await this.#send(target, type, signal);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return { body: await this.#read(response), ...headersOf(response) };
      response.destroy();
      if (!isRedirect(statusCode)) throw new ListUnreadable(`status ${statusCode}`);
      target = new URL(headers.location ?? "", target);
    }
    throw new ListUnreadable("too many redirects");
  }

  /** Closes connections that are kept. */
  stop(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  async #send(url: URL, type: string, signal: AbortSignal): Promise<IncomingMessage> {
    const options: RequestOptions = {
      agent: url.protocol === "http:" ? this.#plain : this.#secure,
      headers: { Accept: type, "Accept-Encoding": "identity", "User-Agent": "mirrorform" },
      signal,
      ...(!this.#allowPrivate && { lookup: publicLookup }),
    };
    const { reused, ...sent } = await exchange(url, options);
    if (sent.response !== undefined) return sent.response;
    // The server may have closed a kept connection just then: only in that case ask again.
    const again = reused && !signal.aborted ? await exchange(url, { ...options, agent: false }) : sent;
    if (again.response === undefined) throw again.error;
    return again.response;
  }

  async #read(response: IncomingMessage): Promise<Buffer> {
    if ((response.headers["content-encoding"] ?? "identity") !== "identity") {
      response.destroy();
      throw new ListUnreadable("a compressed list");
    }
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        length += chunk.length;
        this.#reading += chunk.length;
        // Leaving the loop destroys the response.
        if (length > largestPage || this.#reading > largestReading) throw new ListUnreadable("a list that is too long");
      }
    } finally {
      this.#reading -= length;
    }
    if (!response.complete) throw new ListUnreadable("a list that ends early");
    return Buffer.concat(chunks);
  }
}

interface Exchanged {
  readonly response?: IncomingMessage;
  readonly error?: Error;
  readonly reused: boolean;
}

function exchange(url: URL, options: RequestOptions): Promise<Exchanged> {
  return new Promise((resolve) => {
    const request = (url.protocol === "http:" ? plainRequest : secureRequest)(url, options);
    request.on("response", (response) => resolve({ response, reused: request.reusedSocket }));
    request.on("error", (error) => resolve({ error, reused: request.reusedSocket }));
    request.end();
  });
}

function headersOf({ headers }: IncomingMessage): Omit<FetchedList, "body"> {
  const filters = headers["oci-filters-applied"];
  return { link: headers.link as string | undefined, filtersApplied: Array.isArray(filters) ? filters[0] : filters };
}
