import type { ParsedAddress } from "../networks/parsed-address";
import type { Overlay } from "../overlay/overlay";
import { type Answer, type AskedList, listPageAnswer, tooManyLists, withoutKeeping } from "../routing/answer";
import { type ClientAddressRule, clientAddress } from "../routing/client-address";
import { clientNetwork } from "../routing/client-network";
import { assumeAllHeld, type Conditions, dayOf, type Presence } from "../routing/conditions";
import { type ClientRequest, type Decision, decide, type Holding } from "../routing/decide";
import { respondWith } from "../routing/respond";
import type { RoutingTable } from "../routing/routing-table";
import type { CarriedRequest } from "./carried-request";
import type { OriginLists } from "./lists/origin-lists";
import { isOwnPath, type OwnPages } from "./pages/own-pages";
import { canaryUrl } from "./presence/canary";
import { defaultBudget, type MirrorPresence } from "./presence/mirror-presence";
import { RequestRates } from "./request-rates";
import type { DecisionLog } from "./telemetry/decision-log";
import type { RedirectorMetrics } from "./telemetry/metrics";
import { type RequestId, requestId } from "./telemetry/request-id";

/** The parts of a redirector. */
export interface RedirectorParts {
  /** Holds the table in force, which may change between two requests. */
  readonly table: { readonly current: RoutingTable };
  /** Holds the overlay in force. @default none */
  readonly overlay?: { readonly current: Overlay | undefined };
  readonly clientAddress: ClientAddressRule;
  /** Knows what mirrors hold. @default mirrors are not asked: each counts as healthy and complete */
  readonly presence?: MirrorPresence;
  /** How long a client waits for all questions together, in milliseconds. @default 300 */
  readonly budget?: number;
  /** Fetches lists of tags and referrers. @default clients are redirected to them */
  readonly lists?: OriginLists;
  readonly metrics: RedirectorMetrics;
  /** @default nothing is logged */
  readonly log?: DecisionLog;
  /** The pages under `/-/`. @default none: these are ordinary paths, which no host has */
  readonly pages?: OwnPages;
  /**
   * Whether the platform freezes the process between requests, so that requests drive checks and reloads. @default
   * false: timers do
   */
  readonly ridden?: { refreshIfDue(): void };
}

const day = 86_400_000;

/**
 * Limits of the characters of lists of mirrors: for a client network, 300 lists of twenty mirrors at once, then 30 per
 * second.
 */
const mirrorListRates = {
  network: { perSecond: 100_000, burst: 1_000_000 },
  all: { perSecond: 2_000_000, burst: 8_000_000 },
};

/** The redirector without a carrier: takes requests and returns answers. */
export class Redirector {
  readonly #parts: RedirectorParts;
  readonly #mirrorLists = new RequestRates(mirrorListRates);
  #conditions: Conditions;
  /** When the day of the cached conditions ends; milliseconds since 1970. */
  #midnight = 0;

  constructor(parts: RedirectorParts) {
    this.#parts = parts;
    this.#conditions = assumeAllHeld("");
    this.#renewDay(Date.now());
  }

  /** Answers one request, at once unless a mirror must be asked first. Never throws or rejects. */
  handle(request: CarriedRequest): Answer | Promise<Answer> {
    const { table, pages, presence, lists } = this.#parts;
    if (pages !== undefined && isOwnPath(request.target)) return pages.answer(request);
    const began = performance.now();
    if (Date.now() >= this.#midnight) this.#renewDay(Date.now());
    const carried: RequestInProgress = {
      request: {
        method: request.method,
        target: request.target,
        host: request.host,
        address: this.clientAddress(request),
        accept: request.header("accept"),
      },
      id: requestId(request),
      began,
      table: table.current,
    };
    const decision = decide(carried.table, carried.request, this.#conditions);
    const { asked } = decision;
    if (asked.class === "mirror-list") return this.#answerWithMirrorList(carried, decision);
    if (lists !== undefined && isList(asked)) return this.#answerWithList(lists, carried, decision, asked);
    if (decision.ask === undefined || presence === undefined) return this.#answer(carried, decision);
    const presenceNow = this.#ask(presence, carried, decision.ask);
    return presenceNow === "unknown"
      ? this.#answerWithoutAsking(carried, decision)
      : this.#answerAfterAsking(presence, carried, presenceNow);
  }

  /** The client's address, from the configured source. */
  clientAddress(request: CarriedRequest): ParsedAddress {
    return clientAddress(this.#parts.clientAddress, request);
  }

  /** The current conditions of decisions, besides the table and the request. */
  get conditions(): Conditions {
    return this.#conditions;
  }

  #renewDay(now: number): void {
    const { presence, overlay } = this.#parts;
    const today = dayOf(new Date(now));
    this.#midnight = (Math.floor(now / day) + 1) * day;
    this.#conditions = {
      today,
      presence: presence
        ? (mirror, url, isVerified) => presence.known(mirror, url, isVerified)
        : assumeAllHeld(today).presence,
      get overlay() {
        return overlay?.current;
      },
    };
  }

  /** @returns "unknown", at once, if no question is allowed now, or there is no time left for one */
  #ask(
    presence: MirrorPresence,
    { request, began }: RequestInProgress,
    { mirror, url }: Holding,
  ): Presence | Promise<Presence> {
    const left = began + (this.#parts.budget ?? defaultBudget) - performance.now();
    return left <= 0 ? "unknown" : presence.ask(mirror, url, left, clientNetwork(request.address));
  }

  /**
   * Asks one mirror after another, the best first, until one has the object or the client's time is over. Then the
   * client is sent to a mirror that is known to have it, and the last question continues in the background.
   */
  async #answerAfterAsking(
    presence: MirrorPresence,
    carried: RequestInProgress,
    first: Presence | Promise<Presence>,
  ): Promise<Answer> {
    let asking = first;
    for (;;) {
      const presenceNow = await asking;
      const decision = decide(carried.table, carried.request, this.#conditions);
      if (decision.ask === undefined || presenceNow === "unknown") return this.#answer(carried, decision);
      asking = this.#ask(presence, carried, decision.ask);
      if (asking === "unknown") return this.#answerWithoutAsking(carried, decision);
    }
  }

  /** The better mirror was not asked, so it did not fail. */
  #answerWithoutAsking(carried: RequestInProgress, decision: Decision): Answer {
    return this.#answer(carried, { ...decision, ask: undefined });
  }

  /** A list of mirrors is much longer than a redirect, and takes longer to compute, so each network has a share. */
  #answerWithMirrorList(carried: RequestInProgress, decision: Decision): Answer {
    const network = clientNetwork(carried.request.address);
    if (!this.#mirrorLists.isOpen(network))
      return this.#recordAnswer(carried, { ...decision, status: 429 }, tooManyLists());
    const answer = this.#createAnswer(carried, decision);
    this.#mirrorLists.charge(network, answer.body.length);
    return this.#recordAnswer(carried, decision, answer);
  }

  /**
   * Answers with a page of a list from the mirror to which the client would be redirected, or with the redirect if
   * there is no page.
   */
  async #answerWithList(
    lists: OriginLists,
    carried: RequestInProgress,
    decision: Decision,
    asked: AskedList,
  ): Promise<Answer> {
    const { table, request } = carried;
    const mirror = table.content.mirrors.find(({ id }) => id === decision.mirror);
    const url = mirror && table.urlsOf(mirror).locate(asked);
    const network = clientNetwork(request.address);
    const { query = "" } = decision;
    const page = url === undefined ? undefined : await lists.page({ asked, url, query, network });
    if (page === undefined)
      return this.#recordAnswer(carried, decision, withoutKeeping(this.#createAnswer(carried, decision)));
    const { location: _, ...found } = decision;
    return this.#recordAnswer(carried, { ...found, status: 200 }, listPageAnswer(page, decision.personal));
  }

  #answer(carried: RequestInProgress, decision: Decision): Answer {
    return this.#recordAnswer(carried, decision, this.#createAnswer(carried, decision));
  }

  #createAnswer({ request, table }: RequestInProgress, decision: Decision): Answer {
    return respondWith(decision, table, request, this.#conditions).answer;
  }

  /** Counts and logs an answer that is about to be sent. */
  #recordAnswer(carried: RequestInProgress, decision: Decision, answer: Answer): Answer {
    const { metrics, log } = this.#parts;
    const { request, id, began } = carried;
    const milliseconds = performance.now() - began;
    metrics.countDecision(decision, milliseconds);
    log?.logDecision(decision, {
      id: id.id,
      trace: id.trace,
      method: request.method,
      milliseconds,
      unanswered: findUnanswered(decision),
    });
    if (this.#parts.ridden) this.#doPeriodicWork(carried.table, decision);
    const { status, headers, location, link, body } = answer;
    return { status, headers, location, link, requestId: id.id, body };
  }

  /**
   * If the process is frozen between requests, does what a timer does elsewhere: for the mirror that was chosen, and
   * for the one that was passed over, which would otherwise be passed over for ever. No client waits for it.
   */
  #doPeriodicWork(table: RoutingTable, { mirror: chosen, passedOver }: Decision): void {
    this.#parts.ridden?.refreshIfDue();
    for (const mirror of table.content.mirrors) {
      if (mirror.id !== chosen && mirror.id !== passedOver) continue;
      this.#parts.presence?.checkIfDue(mirror, canaryUrl(table, mirror));
    }
  }
}

function isList(asked: Decision["asked"]): asked is AskedList {
  return asked.class === "tag-list" || asked.class === "referrers";
}

/** A request in progress, with its context. */
interface RequestInProgress {
  readonly request: ClientRequest;
  readonly id: RequestId;
  /** Milliseconds, on the clock of `performance.now()`. */
  readonly began: number;
  /** The table that was in force when it arrived. */
  readonly table: RoutingTable;
}

/** The better mirror that did not answer, now or when it was last asked, if there is one. */
function findUnanswered({ ask, passedOver }: Decision): string | undefined {
  return ask?.mirror.id ?? passedOver;
}
