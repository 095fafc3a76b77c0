import type { IncomingMessage } from "node:http";
import { isRedirect } from "../../networks/is-redirect";
import { exchange, type Outgoing, usualDeadline } from "../http/exchange";
import { type HostLimits, hostLimits, type Lane } from "../http/host-limits";
import { retry, type Wait, waitByTimer } from "../http/retry";
import { StalledError } from "../http/stalled-error";
import { unlessAborted } from "../http/unless-aborted";
import { StoreError, type TransientError } from "../store-error";
import { Authorization } from "./authorization";
import type { DigestLister } from "./digest-lister";
import type { FindLogin } from "./docker-login";
import { followedLocation } from "./followed-location";
import { type ImageName, registryUrl } from "./image-reference";
import { createRefusal } from "./refusal";
import type { RegistryMemory } from "./registry-memory";
import type { UploadMode } from "./upload-session";

/** A repository, and how it is used. */
export interface RepositoryOptions extends ImageName {
  readonly access: "pull" | "push";
  /** Another repository of the same registry, from which blobs are mounted. @default none */
  readonly mountFrom?: string;
  readonly findLogin: FindLogin;
  /** Token servers of other sites that get the login: `HOST` or `HOST:PORT`. @default none */
  readonly realms?: readonly string[];
  /** The deadline for everything, in milliseconds since 1970. @default none */
  readonly until?: number;
  /** Waits a number of milliseconds before another attempt. @default a timer */
  readonly wait?: Wait;
  /** The pauses before the second and later attempts, in milliseconds, unless the server names one. @default 1, 2 and 4 seconds */
  readonly pauses?: readonly number[];
  /** How long a connection may be idle, in milliseconds. @default two minutes */
  readonly patience?: number;
  /** Whether the registry must be on the public internet; on loopback it never must. @default false */
  readonly publicOnly?: boolean;
  /** @default those of the process */
  readonly limits?: HostLimits;
  /** What is shared with other repositories of the registry. @default nothing */
  readonly memory?: RegistryMemory;
  /** Lists digests, if the registry's cloud has an API for that. @default the registry may list them itself */
  readonly listDigests?: DigestLister | undefined;
  /** How blobs are sent. @default in one PUT, or where the registry refuses that, in chunks */
  readonly uploads?: UploadMode;
  /** The length of a chunk, in bytes; each is kept in memory. @default 10 MiB */
  readonly chunkLength?: number;
}

/** The usual length of a chunk, in bytes: the largest part that ECR takes (its quotas: parts of 10 MiB, 1,000 of them). */
const usualChunk = 10 * 1024 * 1024;
/** The usual pauses before the second, third and fourth attempt, in milliseconds. */
const usualPauses: readonly number[] = [1_000, 2_000, 4_000];
/** Registries redirect to a store, which may redirect once more. */
const mostRedirects = 5;
/** A stalled transfer is tried once more: another attempt costs minutes (go-containerregistry, issue 1766). */
const mostStalls = 1;

function listScopes({ name, access, mountFrom }: RepositoryOptions): string[] {
  const own = `repository:${name}:${access === "push" ? "pull,push" : "pull"}`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom}:pull`];
}

/**
 * The requests to one repository of a registry, by the OCI distribution API: with authorization, which is never sent to other hosts,
 * with redirects of reads, limits of the host, and retries.
 */
export class RegistryConnection {
  /** As in the names of images. */
  readonly host: string;
  /** The repository. */
  readonly name: string;
  /** What is known about the registry. */
  readonly memory: RegistryMemory;
  readonly #base: URL;
  readonly #authorization: Authorization;
  readonly #options: RepositoryOptions;
  readonly #publicOnly: boolean;

  constructor(options: RepositoryOptions) {
    const { host, name, findLogin, realms = [], publicOnly = false, memory = {} } = options;
    this.host = host;
    this.name = name;
    this.memory = memory;
    this.#options = options;
    this.#base = new URL(`/v2/${name}/`, registryUrl(host));
    this.#publicOnly = publicOnly;
    // A token may be needed for the read that an upload waits for.
    const send = (outgoing: Outgoing) => this.#exchange(outgoing, "other");
    this.#authorization = new Authorization({ host, scopes: listScopes(options), findLogin, realms, send, memory });
  }

  /** Lists the digests of a repository by an API of the registry's cloud. @default there is none */
  get listDigests(): DigestLister | undefined {
    return this.#options.listDigests;
  }

  get uploads(): UploadMode {
    return this.#options.uploads ?? "put";
  }

  /** Bytes. */
  get chunkLength(): number {
    return this.#options.chunkLength ?? usualChunk;
  }

  /** A URL of the repository. @param path below `/v2/NAME/` */
  url(path: string): URL {
    return new URL(path, this.#base);
  }

  /** Lets the next requests read another repository of the same registry too. */
  requireRepository(name: string): void {
    this.requireScope(`repository:${name}:pull`);
  }

  /** Lets the next requests do something else too. @param scope as token servers know it: `registry:catalog:*` */
  requireScope(scope: string): void {
    this.#authorization.require(scope);
  }

  /**
   * Waits before another attempt.
   *
   * @param milliseconds by the clock of the options
   * @throws the reason of the signal, as soon as it is aborted
   */
  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { wait = waitByTimer } = this.#options;
    await unlessAborted(() => wait(milliseconds, signal), signal);
  }

  /**
   * Sends a request, and requires one of these statuses.
   *
   * @param action what was tried, for the message: "the upload of sha256:…"
   * @param unsupported statuses that mean that the registry does not have this operation. @default 405 and 501
   * @throws StoreError for other statuses
   */
  async expect(
    outgoing: Outgoing,
    statuses: readonly number[],
    action: string,
    unsupported: readonly number[] = [],
  ): Promise<IncomingMessage> {
    const response = await this.send(outgoing);
    const { statusCode: status = 0 } = response;
    if (statuses.includes(status)) return response;
    const refusal = await createRefusal(response, outgoing.url, this.host, action);
    throw unsupported.includes(status) ? new StoreError(refusal.message, "unsupported") : refusal;
  }

  /** Sends a request, follows the redirects of reads, and returns the answer of any status. */
  async send(outgoing: Outgoing): Promise<IncomingMessage> {
    let { url } = outgoing;
    let hasLeft = false;
    const isRead = outgoing.method === "GET" || outgoing.method === "HEAD";
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      // The target's server may redirect back, to something that only the login may access.
      hasLeft ||= url.origin !== this.#base.origin;
      const response = hasLeft
        ? await this.#exchange({ ...outgoing, url })
        : await this.#authorize({ ...outgoing, url });
      if (!isRead || !isRedirect(response.statusCode ?? 0)) return response;
      response.resume();
      url = followedLocation(response.headers.location, url);
    }
    throw new StoreError(`${this.host} redirects more than ${mostRedirects} times`);
  }

  /** Retries temporary failures a few times. @throws StoreError after the last attempt */
  retry<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    let stalls = 0;
    const rest = async (error: TransientError, usual: number) => {
      if (error instanceof StalledError && ++stalls > mostStalls) throw error;
      await unlessAborted(() => this.#rest(error, usual), signal);
    };
    return retry(work, rest, this.#options.pauses ?? usualPauses);
  }

  /** A host that asks for a pause gets it from everyone. */
  async #rest(error: TransientError, usual: number): Promise<void> {
    const { after = usual, host, fault } = error;
    if (fault === "throttled" && host !== undefined) await this.#limits.pause(host, () => this.wait(after));
    else await this.wait(after);
  }

  get #limits(): HostLimits {
    return this.#options.limits ?? hostLimits;
  }

  async #authorize(outgoing: Outgoing): Promise<IncomingMessage> {
    await this.#authorization.prepare();
    const { header } = this.#authorization;
    const response = await this.#sendWith(outgoing, await header);
    if (response.statusCode !== 401) return response;
    response.resume();
    const renewed = await this.#authorization.renew(response.headers["www-authenticate"] ?? "", header);
    return this.#sendWith(outgoing, renewed);
  }

  #sendWith(outgoing: Outgoing, authorization: string | undefined): Promise<IncomingMessage> {
    if (authorization === undefined) return this.#exchange(outgoing);
    return this.#exchange({ ...outgoing, headers: { ...outgoing.headers, Authorization: authorization } });
  }

  #exchange(outgoing: Outgoing, lane: Lane = outgoing.body ? "upload" : "other"): Promise<IncomingMessage> {
    const { until = Number.POSITIVE_INFINITY, patience } = this.#options;
    const send = () => {
      const left = until - Date.now();
      if (left <= 0)
        throw new StoreError(`${this.host}: the time limit for the whole image has passed: try again later`);
      const deadline = Math.min(outgoing.deadline ?? usualDeadline, left);
      const publicOnly = this.#publicOnly || outgoing.publicOnly === true;
      return exchange({ ...outgoing, deadline, publicOnly, ...(patience !== undefined && { patience }) });
    };
    return this.#limits.run(outgoing.url.host, lane, async () => send(), outgoing.signal);
  }
}
