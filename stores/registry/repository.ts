import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Body } from "../http/exchange";
import { StoreError } from "../store-error";
import { type BlobPart, headBlob, openBlob, readBlob } from "./blob-reads";
import { BlobUploads } from "./blob-uploads";
import { confirmBlob, confirmManifest } from "./confirmations";
import type { Content, Descriptor } from "./content";
import { type DigestList, listDigests } from "./digest-list";
import {
  findManifest,
  headManifest,
  isDigest,
  longestDocument,
  type ManifestFacts,
  putManifest,
} from "./manifest-requests";
import { Referrers, readReferrer } from "./referrers";
import { RegistryConnection, type RepositoryOptions } from "./registry-connection";
import { remove } from "./removals";
import { listTags, type TagPage } from "./tag-list";

export type { RepositoryOptions } from "./registry-connection";

/**
 * One repository of a registry, by the OCI distribution API. What is downloaded as a whole is checked against its digest; temporary
 * failures are retried; `Authorization` is never sent to other hosts. All methods throw `StoreError`, or the reason of the signal.
 */
export class Repository {
  readonly host: string;
  readonly name: string;
  readonly #connection: RegistryConnection;
  readonly #uploads: BlobUploads;
  readonly #referrers: Referrers;

  constructor(options: RepositoryOptions) {
    this.host = options.host;
    this.name = options.name;
    this.#connection = new RegistryConnection(options);
    this.#uploads = new BlobUploads(this.#connection);
    this.#referrers = new Referrers(this.#connection);
  }

  /** Whether the repository has a blob. */
  async has(digest: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.headBlob(digest, signal)) !== undefined;
  }

  /** The size of a blob, in bytes; undefined if the repository does not have it. */
  headBlob(digest: string, signal?: AbortSignal): Promise<number | undefined> {
    return headBlob(this.#connection, digest, signal);
  }

  /**
   * Opens a blob at an offset, for a caller that verifies it; only its length is checked. The body is read to its end, or destroyed.
   * An interruption is an error of the body ("transient"): open it again from there.
   */
  openBlob(blob: Descriptor, part?: BlobPart): Promise<Readable> {
    return openBlob(this.#connection, blob, part);
  }

  /** The bytes of a blob, verified. An interrupted transfer continues where it stopped. */
  readBlob(blob: Descriptor, signal?: AbortSignal): AsyncIterable<Buffer> {
    return readBlob(this.#connection, blob, signal);
  }

  /** Reads a blob that is a document, such as a configuration. */
  async getDocument(blob: Descriptor, signal?: AbortSignal): Promise<Buffer> {
    if (blob.size > longestDocument) {
      throw new StoreError(`${this.host}: the document ${blob.digest} has ${blob.size} bytes, which is too long`);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of this.readBlob(blob, signal)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Writes a blob into a file. After an error, a part of it may be there. */
  async download(blob: Descriptor, file: string, signal?: AbortSignal): Promise<void> {
    await pipeline(this.readBlob(blob, signal), createWriteStream(file));
  }

  /**
   * Mounts a blob of another repository here (OCI distribution specification 1.1, "Mounting a blob from another repository").
   *
   * @param from @default the registry finds out which repository has it, if it does such things
   * @returns false if the registry requires an upload instead, for any reason: the upload will reveal it
   */
  mount(digest: string, from?: string, signal?: AbortSignal): Promise<boolean> {
    return this.#uploads.mount(digest, from, signal);
  }

  /**
   * Uploads a blob, by what the registry takes: in one request, or in chunks. The body may be opened several times. It is not
   * verified afterwards: see {@link confirmBlob}.
   *
   * @throws StoreError "corrupt" if the bytes have another digest
   */
  upload(digest: string, body: Body, signal?: AbortSignal): Promise<void> {
    return this.#uploads.upload(digest, body, signal);
  }

  /** Makes sure that a blob is there after a write: some registries show it only after a while, and some lose it. */
  confirmBlob(digest: string, size: number, signal?: AbortSignal): Promise<void> {
    return confirmBlob(this.#connection, digest, size, signal);
  }

  /** Asks for a manifest by digest or tag; undefined if there is none. */
  headManifest(reference: string, signal?: AbortSignal): Promise<ManifestFacts | undefined> {
    return headManifest(this.#connection, reference, signal);
  }

  /** Reads a manifest or an index by digest or tag. @throws StoreError "absent" */
  async getManifest(reference: string, signal?: AbortSignal): Promise<Content> {
    const { manifests } = this.#connection.memory;
    const key = `${this.name} ${reference}`;
    const content = manifests?.get(key) ?? (await this.findManifest(reference, signal));
    if (content) {
      if (isDigest(reference)) manifests?.set(key, content);
      return content;
    }
    const what = `${this.name}${reference.includes(":") ? "@" : ":"}${reference}`;
    throw new StoreError(
      `${this.host} answered the request for ${what} with 404: check the name and the digest`,
      "absent",
    );
  }

  /** Reads a manifest or an index by digest or tag; undefined if there is none. */
  findManifest(reference: string, signal?: AbortSignal): Promise<Content | undefined> {
    return findManifest(this.#connection, reference, signal);
  }

  /**
   * Puts a manifest or an index under its digest, or a tag. If it has a subject, `attach` is needed as well.
   *
   * @param reference a tag. @default the digest
   * @returns whether the registry says that it processed the subject (`OCI-Subject`)
   */
  put(content: Content, reference: string = content.digest, signal?: AbortSignal): Promise<boolean> {
    return putManifest(this.#connection, content, reference, signal);
  }

  /** Puts a manifest that has a subject, so that {@link referrers} finds it: by the API or, where there is none, the tag schema. */
  async attach(content: Content, reference: string = content.digest, signal?: AbortSignal): Promise<void> {
    const isProcessed = await this.put(content, reference, signal);
    await this.#referrers.register(content, isProcessed, signal);
  }

  /** Makes sure that a tag or digest leads to a digest, after a write. */
  confirmManifest(digest: string, reference: string = digest, signal?: AbortSignal): Promise<void> {
    return confirmManifest(this.#connection, digest, reference, signal);
  }

  /** All tags, page by page, in the registry's order; in one page if a list is kept. A repository that does not exist has none. */
  async *tags(signal?: AbortSignal): AsyncGenerator<readonly string[]> {
    const { tags: kept } = this.#connection.memory;
    const known = kept?.get(this.name);
    if (known) {
      yield known;
      return;
    }
    const all: string[] = [];
    for await (const { tags } of this.tagPages(signal)) {
      if (kept) all.push(...tags);
      yield tags;
    }
    kept?.set(this.name, all);
  }

  /** All tags, page by page; with digests where the registry lists them, as Google's do. */
  tagPages(signal?: AbortSignal): AsyncIterable<TagPage> {
    return listTags(this.#connection, signal);
  }

  /** Whether the registry lists digests. @default not known: no repository of it was asked, or all were empty */
  get listsDigests(): boolean | undefined {
    return this.#connection.memory.listsDigests;
  }

  /** All digests and their tags where the registry lists them, as Google's and Azure's do; otherwise undefined. */
  async digestsByTag(signal?: AbortSignal): Promise<DigestList | undefined> {
    const list = await listDigests(this.#connection, signal);
    if (list && list.digests.size > 0) this.#connection.memory.tags?.set(this.name, [...list.byTag.keys()]);
    return list;
  }

  /**
   * The manifests whose subject is a digest: by the referrers API or, where there is none, by the tag `sha256-<hex>`.
   *
   * @param tags all tags of the repository: one that is not among them is not asked for. @default they are not known
   */
  referrers(digest: string, signal?: AbortSignal, tags?: ReadonlySet<string>): Promise<readonly Descriptor[]> {
    return this.#referrers.list(digest, signal, tags);
  }

  /** Adds a manifest to the list of its subject's referrers under the tag `sha256-<hex>`. */
  addReferrer(subject: string, entry: Descriptor, signal?: AbortSignal): Promise<void> {
    return this.#referrers.add(subject, entry, signal);
  }

  /** Removes a tag. It is no failure if there is none. @throws StoreError "unsupported" if the registry cannot */
  removeTag(tag: string, signal?: AbortSignal): Promise<void> {
    return remove(this.#connection, `manifests/${tag}`, signal);
  }

  /**
   * Removes a manifest **with all tags that lead to it**, and its entry in the list of its subject's referrers where the registry does
   * not keep that. It is no failure if there is none.
   *
   * @throws StoreError "unsupported" if the registry cannot
   */
  async removeManifest(digest: string, signal?: AbortSignal): Promise<void> {
    const content = await this.findManifest(digest, signal);
    await remove(this.#connection, `manifests/${digest}`, signal);
    const referrer = content && readReferrer(content);
    if (!referrer || (await this.#referrers.hasApi(referrer.subject, signal))) return;
    await this.#referrers.remove(referrer.subject, digest, signal);
  }

  /** Removes a blob. It is no failure if there is none. @throws StoreError "unsupported" if the registry cannot */
  removeBlob(digest: string, signal?: AbortSignal): Promise<void> {
    return remove(this.#connection, `blobs/${digest}`, signal);
  }

  /** Cancels uploads that were started and are no longer needed. */
  close(): Promise<void> {
    return this.#uploads.close();
  }
}
