import type { IncomingMessage } from "node:http";
import { PublicConnections } from "../../networks/public-connections";
import { readBounded } from "../../networks/read-bounded";

/**
 * Largest page that is read, in bytes. Artifact Registry adds 300 bytes for each manifest, so kube-apiserver's page has
 * megabytes.
 */
export const largestPage = 8 * 1024 * 1024;
/** Most bytes of pages that are being read at the same time. */
export const largestReading = 2 * largestPage;

/** A registry's answer to the request for a page. */
export interface FetchedList {
  readonly body: Buffer;
  readonly link: string | undefined;
  /** The filters that the registry applied (OCI distribution specification, "Listing Referrers"). */
  readonly filtersApplied: string | undefined;
}

/** The list could not be fetched. */
export class ListUnreadable extends Error {
  override readonly name = "ListUnreadable";
}

const tooLong = (): Error => new ListUnreadable("a list that is too long");

/**
 * Fetches pages of lists. Connections are kept, since clients request one page after another. Nothing of a client's request is
 * sent except parameters in the URL.
 */
export class ListFetcher {
  readonly #connections: PublicConnections;
  /** Bytes of pages that have not arrived completely. */
  #reading = 0;

  /** @param options `allowPrivate`: whether registries may be on loopback and in private networks, and use http: for tests and trials */
  constructor(options?: { readonly allowPrivate?: boolean }) {
    this.#connections = new PublicConnections(options);
  }

  /**
   * Fetches one page, and follows a few redirects.
   *
   * @param url from the routing table, with parameters
   * @param type the media type to accept
   * @throws Error unless a complete answer with status 200 comes within {@link largestPage}
   */
  async fetch(url: string, type: string, signal: AbortSignal): Promise<FetchedList> {
    const headers = { Accept: type, "Accept-Encoding": "identity", "User-Agent": "mirrorform" };
    const { response } = await this.#connections.request(url, { headers, signal });
    try {
      return { body: await this.#read(response), ...readHeaders(response) };
    } catch (error) {
      response.destroy();
      throw error;
    }
  }

  /** Closes kept connections. */
  stop(): void {
    this.#connections.close();
  }

  async #read(response: IncomingMessage): Promise<Buffer> {
    if (response.statusCode !== 200) throw new ListUnreadable(`status ${response.statusCode}`);
    if ((response.headers["content-encoding"] ?? "identity") !== "identity") {
      throw new ListUnreadable("a compressed list");
    }
    const body = await readBounded(this.#count(response), largestPage, tooLong);
    if (!response.complete) throw new ListUnreadable("a list that ends early");
    return body;
  }

  /** Passes on a body, and counts it among those that are being read. */
  async *#count(response: IncomingMessage): AsyncGenerator<Buffer> {
    let length = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        length += chunk.length;
        this.#reading += chunk.length;
        if (this.#reading > largestReading) throw tooLong();
        yield chunk;
      }
    } finally {
      this.#reading -= length;
    }
  }
}

function readHeaders({ headers }: IncomingMessage): Omit<FetchedList, "body"> {
  const filters = headers["oci-filters-applied"];
  return { link: headers.link as string | undefined, filtersApplied: Array.isArray(filters) ? filters[0] : filters };
}
