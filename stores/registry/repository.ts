import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { isRedirect } from "../../networks/is-redirect";
import {
  type Body,
  bodyOf,
  chunksOf,
  exchange,
  type Outgoing,
  readBody,
  transferDeadline,
  usualDeadline,
} from "../http/exchange";
import { StoreError, TransientError } from "../store-error";
import { Authorization } from "./authorization";
import { type Content, createContent, type Descriptor } from "./content";
import type { FindLogin } from "./docker-login";
import { followedLocation } from "./followed-location";
import { type ImageName, registryUrl } from "./image-reference";
import { dockerMediaTypes, mediaTypes } from "./media-types";
import { createRefusal } from "./refusal";

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
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Size limit of a manifest or configuration, in bytes: the size that registries should at least accept (OCI distribution specification 1.1, "Pushing Manifests"). */
const longestDocument = 4 * 1024 * 1024;
/** The pauses before the second, third and fourth attempt, in milliseconds, unless the server names one. */
const pauses = [1_000, 2_000, 4_000];
/** Registries redirect to a store, which may redirect once more. */
const mostRedirects = 5;

const acceptedManifests = [
  mediaTypes.index,
  mediaTypes.manifest,
  dockerMediaTypes.index,
  dockerMediaTypes.manifest,
].join(", ");

function listScopes({ name, access, mountFrom }: RepositoryOptions): string[] {
  const own = `repository:${name}:${access === "push" ? "pull,push" : "pull"}`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom}:pull`];
}

/** Passes on a blob, and checks its length and digest. @throws StoreError if they differ from the descriptor */
async function* verifyBlob(source: AsyncIterable<Buffer>, { digest, size }: Descriptor, host: string) {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > size) break;
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest("hex")}`;
  if (length === size && found === digest) return;
  const what = length === size ? found : `${length > size ? "more than " : ""}${Math.min(length, size)} bytes`;
  throw new StoreError(`${host} sends ${what} for ${digest} of ${size} bytes: it was damaged there or in transit`);
}

/**
 * One repository of a registry, by the OCI distribution API. Downloads are checked against their digest; temporary failures are
 * retried; `Authorization` is never sent to other hosts.
 */
export class Repository {
  readonly host: string;
  readonly name: string;
  readonly #base: URL;
  readonly #authorization: Authorization;
  readonly #until: number;
  readonly #wait: (milliseconds: number) => Promise<unknown>;

  constructor(options: RepositoryOptions) {
    const { host, name, findLogin, realms = [], until = Number.POSITIVE_INFINITY, wait = pause } = options;
    this.host = host;
    this.name = name;
    this.#base = new URL(`/v2/${name}/`, registryUrl(host));
    const send = (outgoing: Outgoing) => this.#exchange(outgoing);
    this.#authorization = new Authorization({ host, scopes: listScopes(options), findLogin, realms, send });
    this.#until = until;
    this.#wait = wait;
  }

  /** Reads a manifest or an index. @throws StoreError */
  getManifest(digest: string): Promise<Content> {
    return this.#retry(async () => {
      const url = this.#url(`manifests/${digest}`);
      const request = { method: "GET", url, headers: { Accept: acceptedManifests } } as const;
      const response = await this.#expect(request, [200], `the request for ${this.name}@${digest}`);
      const bytes = await readBody(response, url, longestDocument);
      const mediaType = (response.headers["content-type"] ?? "").replace(/;.*$/, "").trim();
      const result = createContent(mediaType, bytes);
      if (result.digest === digest) return result;
      throw new StoreError(`${this.host} sends ${result.digest} for ${digest}: it was damaged there or in transit`);
    });
  }

  /** Reads a blob that is a document, such as a configuration. @throws StoreError */
  getDocument(descriptor: Descriptor): Promise<Buffer> {
    if (descriptor.size > longestDocument) {
      throw new StoreError(
        `${this.host}: the document ${descriptor.digest} has ${descriptor.size} bytes, which is too long`,
      );
    }
    return this.#retry(async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of await this.#blob(descriptor)) chunks.push(chunk);
      return Buffer.concat(chunks);
    });
  }

  /** Writes a blob into a file. @throws StoreError, leaving a partial file */
  download(descriptor: Descriptor, file: string): Promise<void> {
    return this.#retry(async () => pipeline(await this.#blob(descriptor), createWriteStream(file)));
  }

  /** Whether the repository has a blob. @throws StoreError */
  has(digest: string): Promise<boolean> {
    return this.#retry(async () => {
      const request = { method: "HEAD", url: this.#url(`blobs/${digest}`) } as const;
      const response = await this.#expect(request, [200, 404], `the request for ${digest}`);
      response.resume();
      return response.statusCode === 200;
    });
  }

  /**
   * Mounts a blob of another repository here (OCI distribution specification 1.1, "Mounting a blob from another repository").
   *
   * @returns false if the registry requires an upload instead, for any reason: the upload will reveal it
   */
  mount(digest: string, from: string): Promise<boolean> {
    return this.#retry(async () => {
      const url = this.#url("blobs/uploads/");
      url.searchParams.set("mount", digest);
      url.searchParams.set("from", from);
      try {
        const response = await this.#expect({ method: "POST", url }, [201, 202], `the mount of ${digest}`);
        response.resume();
        return response.statusCode === 201;
      } catch (error) {
        if (error instanceof TransientError || !(error instanceof StoreError)) throw error;
        return false;
      }
    });
  }

  /** Uploads a blob in one piece (OCI distribution specification 1.1, "POST then PUT"). @throws StoreError */
  upload(digest: string, body: Body): Promise<void> {
    return this.#retry(async () => {
      const start = this.#url("blobs/uploads/");
      const started = await this.#expect({ method: "POST", url: start }, [202], `the upload of ${digest}`);
      started.resume();
      const url = followedLocation(started.headers.location, start);
      url.searchParams.set("digest", digest);
      const headers = { "Content-Type": "application/octet-stream" };
      const request = { method: "PUT", url, headers, body, deadline: transferDeadline(body.length) } as const;
      const sent = await this.#expect(request, [201], `the upload of ${digest}`);
      sent.resume();
    });
  }

  /** Puts a manifest or an index under its digest, or a tag. @throws StoreError */
  put({ mediaType, digest, bytes }: Content, tag: string = digest): Promise<void> {
    return this.#retry(async () => {
      const request = { method: "PUT", url: this.#url(`manifests/${tag}`), body: bodyOf(bytes) } as const;
      const headers = { "Content-Type": mediaType };
      const response = await this.#expect({ ...request, headers }, [201], `the upload of ${this.name}:${tag}`);
      response.resume();
    });
  }

  async #blob(descriptor: Descriptor): Promise<AsyncIterable<Buffer>> {
    const url = this.#url(`blobs/${descriptor.digest}`);
    const request = { method: "GET", url, deadline: transferDeadline(descriptor.size) } as const;
    const response = await this.#expect(request, [200], `the request for ${descriptor.digest}`);
    return verifyBlob(chunksOf(response, url), descriptor, this.host);
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }

  async #expect(outgoing: Outgoing, statuses: readonly number[], action: string): Promise<IncomingMessage> {
    const response = await this.#sendAndFollow(outgoing);
    if (statuses.includes(response.statusCode ?? 0)) return response;
    throw await createRefusal(response, outgoing.url, this.host, action);
  }

  async #sendAndFollow(outgoing: Outgoing): Promise<IncomingMessage> {
    let { url } = outgoing;
    let hasLeft = false;
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      // The target's server may redirect back, to something that only the login may access.
      hasLeft ||= url.origin !== this.#base.origin;
      const response = hasLeft ? await this.#exchange({ ...outgoing, url }) : await this.#send({ ...outgoing, url });
      const isAway = isRedirect(response.statusCode ?? 0);
      if (!isAway || outgoing.body || outgoing.method === "POST") return response;
      response.resume();
      url = followedLocation(response.headers.location, url);
    }
    throw new StoreError(`${this.host} redirects more than ${mostRedirects} times`);
  }

  async #send(outgoing: Outgoing): Promise<IncomingMessage> {
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

  async #exchange(outgoing: Outgoing): Promise<IncomingMessage> {
    const left = this.#until - Date.now();
    if (left <= 0) throw new StoreError(`${this.host}: the time limit for the whole image has passed: try again later`);
    return exchange({ ...outgoing, deadline: Math.min(outgoing.deadline ?? usualDeadline, left) });
  }

  /** Retries temporary failures a few times. */
  async #retry<T>(work: () => Promise<T>): Promise<T> {
    for (const usual of pauses) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        await this.#wait(error.after ?? usual);
      }
    }
    return work();
  }
}
