import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { isRedirect } from "../../networks/is-redirect";
import { Authorization } from "./authorization";
import { type Content, content, type Descriptor } from "./content";
import type { FindLogin } from "./docker-login";
import {
  type Body,
  bodyOf,
  chunksOf,
  exchange,
  type Outgoing,
  readBody,
  transferDeadline,
  usualDeadline,
} from "./exchange";
import { followedLocation } from "./followed-location";
import { type ImageName, registryUrl } from "./image-reference";
import { dockerMediaTypes, mediaTypes } from "./media-types";
import { refusal } from "./refusal";
import { PassingTrouble, RegistryError } from "./registry-error";

/** A repository, and what is to be done there. */
export interface RepositoryOptions extends ImageName {
  readonly access: "pull" | "push";
  /** Another repository of the same registry, whose blobs are to be mounted here. @default none */
  readonly mountFrom?: string;
  readonly findLogin: FindLogin;
  /** Token servers of other sites that get the login: `HOST` or `HOST:PORT`. @default none */
  readonly realms?: readonly string[];
  /** The deadline for everything, in milliseconds since 1970. @default none */
  readonly until?: number;
  /** Waits before another attempt, so many milliseconds. @default the clock */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Longest manifest or configuration, in bytes: what registries take at least (OCI distribution specification 1.1, "Pushing Manifests"). */
const longestDocument = 4 * 1024 * 1024;
/** Before the second, third and fourth attempt, where the server does not say how long. Milliseconds. */
const pauses = [1_000, 2_000, 4_000];
/** Registries send to a store, which may send on once. */
const mostRedirects = 5;

const acceptedManifests = [
  mediaTypes.index,
  mediaTypes.manifest,
  dockerMediaTypes.index,
  dockerMediaTypes.manifest,
].join(", ");

function scopesOf({ name, access, mountFrom }: RepositoryOptions): string[] {
  const own = `repository:${name}:${access === "push" ? "pull,push" : "pull"}`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom}:pull`];
}

/** Passes on what is as long as a descriptor says and has its digest. @throws RegistryError otherwise */
async function* verified(source: AsyncIterable<Buffer>, { digest, size }: Descriptor, host: string) {
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
  throw new RegistryError(`${host} sends ${what} for ${digest} of ${size} bytes: it is damaged there or on the way`);
}

/**
 * One repository of a registry, by the OCI distribution API. What comes in is held against its digest; what fails in passing is tried
 * again; `Authorization` never leaves the registry's own host.
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
    this.#authorization = new Authorization({ host, scopes: scopesOf(options), findLogin, realms, send });
    this.#until = until;
    this.#wait = wait;
  }

  /** A manifest or an index. @throws RegistryError */
  manifest(digest: string): Promise<Content> {
    return this.#attempts(async () => {
      const url = this.#url(`manifests/${digest}`);
      const asked = { method: "GET", url, headers: { Accept: acceptedManifests } } as const;
      const response = await this.#expect(asked, [200], `the request for ${this.name}@${digest}`);
      const bytes = await readBody(response, url, longestDocument);
      const mediaType = (response.headers["content-type"] ?? "").replace(/;.*$/, "").trim();
      const got = content(mediaType, bytes);
      if (got.digest === digest) return got;
      throw new RegistryError(`${this.host} sends ${got.digest} for ${digest}: it is damaged there or on the way`);
    });
  }

  /** A blob that is a document: a configuration. @throws RegistryError */
  document(descriptor: Descriptor): Promise<Buffer> {
    if (descriptor.size > longestDocument) {
      throw new RegistryError(
        `${this.host}: the document ${descriptor.digest} has ${descriptor.size} bytes, which is too long`,
      );
    }
    return this.#attempts(async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of await this.#blob(descriptor)) chunks.push(chunk);
      return Buffer.concat(chunks);
    });
  }

  /** A blob into a file, as it comes. @throws RegistryError, leaving a part of the file */
  download(descriptor: Descriptor, file: string): Promise<void> {
    return this.#attempts(async () => pipeline(await this.#blob(descriptor), createWriteStream(file)));
  }

  /** Whether a blob is here. @throws RegistryError */
  has(digest: string): Promise<boolean> {
    return this.#attempts(async () => {
      const asked = { method: "HEAD", url: this.#url(`blobs/${digest}`) } as const;
      const response = await this.#expect(asked, [200, 404], `the question for ${digest}`);
      response.resume();
      return response.statusCode === 200;
    });
  }

  /**
   * Has a blob of another repository appear here (OCI distribution specification 1.1, "Mounting a blob from another repository").
   *
   * @returns false where the registry would have it uploaded instead, for whatever reason: the upload will tell
   */
  mount(digest: string, from: string): Promise<boolean> {
    return this.#attempts(async () => {
      const url = this.#url("blobs/uploads/");
      url.searchParams.set("mount", digest);
      url.searchParams.set("from", from);
      try {
        const response = await this.#expect({ method: "POST", url }, [201, 202], `the mount of ${digest}`);
        response.resume();
        return response.statusCode === 201;
      } catch (error) {
        if (error instanceof PassingTrouble || !(error instanceof RegistryError)) throw error;
        return false;
      }
    });
  }

  /** Uploads a blob in one piece (OCI distribution specification 1.1, "POST then PUT"). @throws RegistryError */
  upload(digest: string, body: Body): Promise<void> {
    return this.#attempts(async () => {
      const begin = this.#url("blobs/uploads/");
      const begun = await this.#expect({ method: "POST", url: begin }, [202], `the upload of ${digest}`);
      begun.resume();
      const url = followedLocation(begun.headers.location, begin);
      url.searchParams.set("digest", digest);
      const headers = { "Content-Type": "application/octet-stream" };
      const asked = { method: "PUT", url, headers, body, deadline: transferDeadline(body.length) } as const;
      const sent = await this.#expect(asked, [201], `the upload of ${digest}`);
      sent.resume();
    });
  }

  /** Puts a manifest or an index under its digest, or a tag. @throws RegistryError */
  put({ mediaType, digest, bytes }: Content, tag: string = digest): Promise<void> {
    return this.#attempts(async () => {
      const asked = { method: "PUT", url: this.#url(`manifests/${tag}`), body: bodyOf(bytes) } as const;
      const headers = { "Content-Type": mediaType };
      const response = await this.#expect({ ...asked, headers }, [201], `the upload of ${this.name}:${tag}`);
      response.resume();
    });
  }

  async #blob(descriptor: Descriptor): Promise<AsyncIterable<Buffer>> {
    const url = this.#url(`blobs/${descriptor.digest}`);
    const asked = { method: "GET", url, deadline: transferDeadline(descriptor.size) } as const;
    const response = await this.#expect(asked, [200], `the request for ${descriptor.digest}`);
    return verified(chunksOf(response, url), descriptor, this.host);
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }

  async #expect(outgoing: Outgoing, statuses: readonly number[], doing: string): Promise<IncomingMessage> {
    const response = await this.#followed(outgoing);
    if (statuses.includes(response.statusCode ?? 0)) return response;
    throw await refusal(response, outgoing.url, this.host, doing);
  }

  async #followed(outgoing: Outgoing): Promise<IncomingMessage> {
    let { url } = outgoing;
    let left = false;
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      // The server that it redirects to may redirect back, to something that only the login can see.
      left ||= url.origin !== this.#base.origin;
      const response = left ? await this.#exchange({ ...outgoing, url }) : await this.#send({ ...outgoing, url });
      const away = isRedirect(response.statusCode ?? 0);
      if (!away || outgoing.body || outgoing.method === "POST") return response;
      response.resume();
      url = followedLocation(response.headers.location, url);
    }
    throw new RegistryError(`${this.host} redirects more than ${mostRedirects} times`);
  }

  async #send(outgoing: Outgoing): Promise<IncomingMessage> {
    const { held } = this.#authorization;
    const response = await this.#sendWith(outgoing, await held);
    if (response.statusCode !== 401) return response;
    response.resume();
    const renewed = await this.#authorization.renew(response.headers["www-authenticate"] ?? "", held);
    return this.#sendWith(outgoing, renewed);
  }

  #sendWith(outgoing: Outgoing, authorization: string | undefined): Promise<IncomingMessage> {
    if (authorization === undefined) return this.#exchange(outgoing);
    return this.#exchange({ ...outgoing, headers: { ...outgoing.headers, Authorization: authorization } });
  }

  async #exchange(outgoing: Outgoing): Promise<IncomingMessage> {
    const left = this.#until - Date.now();
    if (left <= 0)
      throw new RegistryError(`${this.host}: the time limit for the whole image was reached: try again later`);
    return exchange({ ...outgoing, deadline: Math.min(outgoing.deadline ?? usualDeadline, left) });
  }

  /** Tries again what failed in passing, a few times. */
  async #attempts<T>(work: () => Promise<T>): Promise<T> {
    for (const usual of pauses) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof PassingTrouble)) throw error;
        await this.#wait(error.after ?? usual);
      }
    }
    return work();
  }
}
