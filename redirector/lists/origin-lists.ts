import { LRUCache } from "lru-cache";
import type { AskedList, ListPage } from "../../routing/answer";
import { longestTarget } from "../../routing/asked";
import { registryPath } from "../../routing/locate";
import { QuestionsInProgress } from "../questions-in-progress";
import { RequestRates } from "../request-rates";
import { ListFetcher } from "./fetch-list";
import { listForms } from "./list-form";
import { nextPage } from "./next-page";
import { pageParameters } from "./page-parameters";

/** How long the registry may take, in milliseconds: the Lambda has 5 s for a request. */
export const listLimit = 3_000;
/** How long a page, or its absence, is kept, in milliseconds: a new tag appears up to this much later. */
export const listKeptFor = 10_000;
/** Bytes of all pages that are kept. */
const largestMemory = 8 * 1024 * 1024;
/** Bytes of an entry besides its body. */
const entryBytes = 256;
/** Questions at once: in all, and for one client network. */
const mostQuestions = 16;
const mostQuestionsOfNetwork = 4;

const mebibyte = 1024 * 1024;
/** Bytes sent to clients, and fetched from registries on their behalf. A redirect has 500. */
const rates = {
  network: { perSecond: mebibyte, burst: 16 * mebibyte },
  all: { perSecond: 16 * mebibyte, burst: 64 * mebibyte },
};

/** RFC 9110, section 5.6.2: names of filters, as `artifactType`. */
const filterNames = /^[A-Za-z][A-Za-z0-9, -]{0,63}$/;

/** A question for a page. */
export interface ListQuestion {
  readonly asked: AskedList;
  /** The list's URL from the routing table, without parameters. */
  readonly url: string;
  /** The query that mirrors get: empty, or with its question mark. */
  readonly query: string;
  /** The client's (`clientNetwork`). */
  readonly network: string;
}

/** A page, or that we cannot give one; and until when that counts. */
interface Kept {
  readonly page: ListPage | undefined;
  readonly until: number;
}

/** The parts of {@link OriginLists}. */
export interface OriginListsOptions {
  /** Milliseconds since 1970. @default the machine's clock */
  readonly clock?: () => number;
  /** Whether registries may be on loopback and inside networks, and speak http: for tests and trials. @default false */
  readonly allowPrivate?: boolean;
  /** @default one that follows `allowPrivate` */
  readonly fetcher?: Pick<ListFetcher, "fetch" | "stop">;
}

/**
 * Pages of lists of tags and referrers, fetched on behalf of clients: for a redirected client, the `Link` to the next page
 * would name the registry's own host and its own repository name, which crane and skopeo do not follow.
 *
 * Only pages that anybody can get quickly are given. Otherwise the caller redirects, so that a client with credentials gets
 * the registry's own answer.
 */
export class OriginLists {
  readonly #clock: () => number;
  readonly #fetcher: Pick<ListFetcher, "fetch" | "stop">;
  readonly #rates = new RequestRates(rates);
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: largestMemory,
    sizeCalculation: ({ page }, url) => entryBytes + url.length + (page?.body.length ?? 0),
  });
  /** By URL. */
  readonly #asking = new Map<string, Promise<ListPage | undefined>>();
  readonly #questions = new QuestionsInProgress();
  readonly #underWay = new Set<AbortController>();
  #stopped = false;

  constructor({ clock = Date.now, allowPrivate = false, fetcher }: OriginListsOptions = {}) {
    this.#clock = clock;
    this.#fetcher = fetcher ?? new ListFetcher({ allowPrivate });
  }

  /** One page, from memory or from the registry; undefined if the client should be redirected. Never rejects. */
  async page({ asked, url, query, network }: ListQuestion): Promise<ListPage | undefined> {
    const parameters = pageParameters(query.slice(1));
    if (parameters === undefined || !this.#rates.isOpen(network)) return undefined;
    const at = parameters === "" ? url : `${url}?${parameters}`;
    const page = await this.#known(at, asked, parameters, network);
    if (page !== undefined) this.#rates.charge(network, page.body.length);
    return page;
  }

  /** Ends questions in progress; from now on only kept pages are given. */
  stop(): void {
    this.#stopped = true;
    for (const question of this.#underWay) question.abort();
    this.#fetcher.stop();
  }

  #known(url: string, asked: AskedList, parameters: string, network: string) {
    const kept = this.#kept.get(url);
    if (kept !== undefined && this.#clock() < kept.until) return kept.page;
    const asking = this.#asking.get(url);
    if (asking !== undefined) return asking;
    if (!this.#mayAsk(network)) return undefined;
    const question = this.#ask(url, asked, parameters, network).finally(() => this.#asking.delete(url));
    this.#asking.set(url, question);
    return question;
  }

  #mayAsk(network: string): boolean {
    const ofNetwork = this.#questions.of(network);
    return !this.#stopped && this.#asking.size < mostQuestions && ofNetwork < mostQuestionsOfNetwork;
  }

  async #ask(url: string, asked: AskedList, parameters: string, network: string): Promise<ListPage | undefined> {
    const end = this.#questions.begin(network);
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
    const own = next === "none" ? undefined : ownLink(asked, next.query);
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
    this.#underWay.add(controller);
    try {
      return await fetch(controller.signal);
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(controller);
    }
  }
}

/** Our own path of another page, for clients. */
function ownLink(asked: AskedList, query: string): string {
  return `/v2${registryPath(asked)}?${query}`;
}
