import { LRUCache } from "lru-cache";
import type { AskedList, ListPage } from "../../routing/answer";
import { longestTarget } from "../../routing/asked";
import { registryPath } from "../../routing/registry-path";
import { QuestionsInProgress } from "../questions-in-progress";
import { RequestRates } from "../request-rates";
import { ListFetcher } from "./fetch-list";
import { listForms } from "./list-form";
import { nextPage } from "./next-page";
import { pageParameters } from "./page-parameters";

/** How long the registry may take, in milliseconds: a request to the Lambda must be answered within 5 s. */
export const listLimit = 3_000;
/** How long a page, or its absence, is kept, in milliseconds: a new tag appears up to this much later. */
export const listKeptFor = 10_000;
/** Bytes of all kept pages. */
const largestMemory = 8 * 1024 * 1024;
/** Bytes of an entry in addition to its body. */
const entryBytes = 256;
/** The most simultaneous requests to registries: in all, and for one client network. */
const mostRequests = 16;
const mostRequestsOfNetwork = 4;

const mebibyte = 1024 * 1024;
/** Bytes that are sent to clients and fetched from registries on their behalf. A redirect has 500. */
const rates = {
  network: { perSecond: mebibyte, burst: 16 * mebibyte },
  all: { perSecond: 16 * mebibyte, burst: 64 * mebibyte },
};

/** Names of filters, such as `artifactType` (tokens of RFC 9110, section 5.6.2). */
const filterNames = /^[A-Za-z][A-Za-z0-9, -]{0,63}$/;

/** A client's request for a page. */
export interface PageRequest {
  readonly asked: AskedList;
  /** The list's URL from the routing table, without parameters. */
  readonly url: string;
  /** The query that mirrors get: empty, or with its question mark. */
  readonly query: string;
  /** The client's (`clientNetwork`). */
  readonly network: string;
}

/** A page, or its absence, and until when it is valid. */
interface KeptPage {
  readonly page: ListPage | undefined;
  readonly until: number;
}

/** The parts of {@link OriginLists}. */
export interface OriginListsOptions {
  /** Milliseconds since 1970. @default the machine's clock */
  readonly clock?: () => number;
  /** Whether registries may be on loopback and in private networks, and use http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
  /** @default one that follows `allowPrivate` */
  readonly fetcher?: Pick<ListFetcher, "fetch" | "stop">;
}

/**
 * Pages of lists of tags and referrers, fetched on behalf of clients: for a redirected client, the `Link` to the next page
 * would have the registry's own host and repository name, which crane and skopeo do not follow.
 *
 * Only pages that anyone can get quickly are served. Otherwise the caller redirects, so that a client with credentials gets
 * the registry's own answer.
 */
export class OriginLists {
  readonly #clock: () => number;
  readonly #fetcher: Pick<ListFetcher, "fetch" | "stop">;
  readonly #rates = new RequestRates(rates);
  readonly #kept = new LRUCache<string, KeptPage>({
    maxSize: largestMemory,
    sizeCalculation: ({ page }, url) => entryBytes + url.length + (page?.body.length ?? 0),
  });
  /** By URL. */
  readonly #fetching = new Map<string, Promise<ListPage | undefined>>();
  readonly #requests = new QuestionsInProgress();
  readonly #inProgress = new Set<AbortController>();
  #stopped = false;

  constructor({ clock = Date.now, allowPrivate = false, fetcher }: OriginListsOptions = {}) {
    this.#clock = clock;
    this.#fetcher = fetcher ?? new ListFetcher({ allowPrivate });
  }

  /** A page, from memory or from the registry; undefined if the client should be redirected. Never rejects. */
  async page({ asked, url, query, network }: PageRequest): Promise<ListPage | undefined> {
    const parameters = pageParameters(query.slice(1));
    if (parameters === undefined || !this.#rates.isOpen(network)) return undefined;
    const at = parameters === "" ? url : `${url}?${parameters}`;
    const page = await this.#findPage(at, asked, parameters, network);
    if (page !== undefined) this.#rates.charge(network, page.body.length);
    return page;
  }

  /** Ends requests in progress. After that, only kept pages are served. */
  stop(): void {
    this.#stopped = true;
    for (const request of this.#inProgress) request.abort();
    this.#fetcher.stop();
  }

  #findPage(url: string, asked: AskedList, parameters: string, network: string) {
    const kept = this.#kept.get(url);
    if (kept !== undefined && this.#clock() < kept.until) return kept.page;
    const fetching = this.#fetching.get(url);
    if (fetching !== undefined) return fetching;
    if (!this.#mayFetch(network)) return undefined;
    const page = this.#fetchAndKeep(url, asked, parameters, network).finally(() => this.#fetching.delete(url));
    this.#fetching.set(url, page);
    return page;
  }

  #mayFetch(network: string): boolean {
    const ofNetwork = this.#requests.of(network);
    return !this.#stopped && this.#fetching.size < mostRequests && ofNetwork < mostRequestsOfNetwork;
  }

  async #fetchAndKeep(
    url: string,
    asked: AskedList,
    parameters: string,
    network: string,
  ): Promise<ListPage | undefined> {
    const end = this.#requests.begin(network);
    const page = await this.#fetch(url, asked, parameters, network).catch(() => undefined);
    end();
    this.#kept.set(url, { page, until: this.#clock() + listKeptFor });
    return page;
  }

  async #fetch(url: string, asked: AskedList, parameters: string, network: string): Promise<ListPage | undefined> {
    const { type, read } = listForms[asked.class];
    const { body, link, filtersApplied } = await this.#within(listLimit, (signal) =>
      this.#fetcher.fetch(url, type, signal),
    );
    this.#rates.charge(network, body.length);
    const next = nextPage(link, parameters);
    const list = read(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)), asked);
    if (list === undefined || next === "unreadable") return undefined;
    const own = next === "none" ? undefined : createLink(asked, next.query);
    if (own !== undefined && own.length > longestTarget) return undefined;
    const filters = filterNames.test(filtersApplied ?? "") ? filtersApplied : undefined;
    return {
      type,
      body: JSON.stringify(list),
      ...(own !== undefined && { next: own }),
      ...(filters !== undefined && { filters }),
    };
  }

  async #within<T>(milliseconds: number, fetch: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), milliseconds);
    this.#inProgress.add(controller);
    try {
      return await fetch(controller.signal);
    } finally {
      clearTimeout(timer);
      this.#inProgress.delete(controller);
    }
  }
}

/** The path of another page, as clients request it here. */
function createLink(asked: AskedList, query: string): string {
  return `/v2${registryPath(asked)}?${query}`;
}
