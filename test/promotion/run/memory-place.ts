import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ListedDigests } from "../../../promotion/plan/repository-reader";
import type { SourceRepository, TargetRepository } from "../../../promotion/run/run-repositories";
import type { Body } from "../../../stores/http/exchange";
import { type Content, type Descriptor, descriptorOf, digestOf } from "../../../stores/registry/content";
import { StoreError } from "../../../stores/store-error";

/** A call of a method of a repository. */
export interface RegistryCall {
  readonly registry: string;
  readonly repository: string;
  readonly method:
    | "headBlob"
    | "openBlob"
    | "mount"
    | "upload"
    | "headManifest"
    | "getManifest"
    | "attach"
    | "tags"
    | "removeTag"
    | "removeManifest";
  /** A digest or a tag. */
  readonly reference: string;
}

/**
 * What goes wrong with a call: it fails with this error before anything else happens; an upload or a put is reported as a success,
 * and nothing is kept; a read sends wrong bytes.
 */
export type RegistryFault = Error | "lost" | "damaged";

/** A registry in memory, without HTTP, whose calls a test can record and make fail. */
export class MemoryPlace {
  /** By repository and digest. */
  readonly blobs = new Map<string, Map<string, Buffer>>();
  /** By repository and digest or tag. */
  readonly manifests = new Map<string, Map<string, Content>>();
  readonly calls: RegistryCall[] = [];
  /** Waited for before each call; what it throws is the call's error. */
  before: (call: RegistryCall) => Promise<RegistryFault | undefined> | RegistryFault | undefined = () => undefined;
  /** Called after each write. */
  afterWrite: (call: RegistryCall) => void = () => {};
  mounts = true;
  /** Whether it lists digests with their tags, as Google's and Azure's registries do. */
  listsDigests = false;
  /** Whether manifests can be removed. */
  removes = true;
  /** Whether a manifest goes with its last tag, as at Amazon. */
  removesWithLastTag = false;
  /** Whether tags can be removed. */
  removesTags = true;
  /** Whether the blobs of all repositories are together. */
  sharesBlobs = false;

  constructor(readonly host: string) {}

  /** Puts content there without a call. */
  hold(
    repository: string,
    contents: readonly (Content | Buffer)[],
    tags: Readonly<Record<string, Content>> = {},
  ): void {
    for (const content of contents) {
      if (Buffer.isBuffer(content)) part(this.blobs, repository).set(digestOf(content), content);
      else part(this.manifests, repository).set(content.digest, content);
    }
    for (const [tag, content] of Object.entries(tags)) part(this.manifests, repository).set(tag, content);
  }

  /** The calls of some methods, as `METHOD REPOSITORY REFERENCE`. */
  asked(...methods: readonly RegistryCall["method"][]): string[] {
    return this.calls
      .filter(({ method }) => methods.includes(method))
      .map(({ method, repository, reference }) => `${method} ${repository} ${reference}`);
  }

  repository(
    name: string,
  ): SourceRepository & TargetRepository & { digestsByTag(): Promise<ListedDigests | undefined> } {
    const call = (method: RegistryCall["method"], reference: string) => this.#begin(name, method, reference);
    const blobs = part(this.blobs, this.sharesBlobs ? "" : name);
    const manifests = part(this.manifests, name);
    const done = (method: RegistryCall["method"], reference: string) =>
      this.afterWrite({ registry: this.host, repository: name, method, reference });
    const missing = (reference: string) => new StoreError(`${this.host}/${name} has no ${reference}`, "absent");
    return {
      host: this.host,
      name,
      headBlob: async (digest) => {
        await call("headBlob", digest);
        return blobs.get(digest)?.length;
      },
      openBlob: async ({ digest }, { from = 0 } = {}) => {
        const fault = await call("openBlob", digest);
        const bytes = blobs.get(digest);
        if (!bytes) throw missing(digest);
        return Readable.from(chunks(fault === "damaged" ? damage(bytes) : bytes, from), { objectMode: false });
      },
      mount: async (digest, from = "") => {
        await call("mount", digest);
        const bytes = this.mounts ? part(this.blobs, from).get(digest) : undefined;
        if (bytes) blobs.set(digest, bytes);
        if (bytes) done("mount", digest);
        return bytes !== undefined;
      },
      upload: async (digest: string, body: Body) => {
        const fault = await call("upload", digest);
        const bytes = await buffer(body.open());
        if (digestOf(bytes) !== digest) throw new StoreError(`${this.host} got other bytes than ${digest}`, "corrupt");
        await this.before({ registry: this.host, repository: name, method: "upload", reference: "end" });
        if (fault !== "lost") blobs.set(digest, bytes);
        done("upload", digest);
      },
      confirmBlob: async (digest, size) => {
        await call("headBlob", digest);
        if (blobs.get(digest)?.length !== size) throw missing(digest);
      },
      headManifest: async (reference) => {
        await call("headManifest", reference);
        return manifests.get(reference);
      },
      getManifest: async (reference) => {
        await call("getManifest", reference);
        const content = manifests.get(reference);
        if (!content) throw missing(reference);
        return content;
      },
      attach: async (content, reference = content.digest) => {
        const fault = await call("attach", reference);
        if (fault !== "lost") {
          manifests.set(content.digest, content);
          manifests.set(reference, content);
        }
        done("attach", reference);
      },
      confirmManifest: async (digest, reference = digest) => {
        await call("headManifest", reference);
        if (manifests.get(reference)?.digest !== digest) throw missing(reference);
      },
      removeTag: async (tag) => {
        await call("removeTag", tag);
        if (!this.removesTags) throw new StoreError(`${this.host} cannot remove ${tag}`, "unsupported");
        const digest = manifests.get(tag)?.digest ?? "";
        manifests.delete(tag);
        const isLast = ![...manifests].some(([key, content]) => key !== digest && content.digest === digest);
        if (this.removesWithLastTag && isLast) manifests.delete(digest);
        done("removeTag", tag);
      },
      removeManifest: async (digest) => {
        await call("removeManifest", digest);
        if (!this.removes) throw new StoreError(`${this.host} cannot remove ${digest}`, "unsupported");
        for (const [reference, content] of manifests) if (content.digest === digest) manifests.delete(reference);
        done("removeManifest", digest);
      },
      referrers: async (digest) => this.#referrers(name, digest),
      digestsByTag: async () => (this.listsDigests ? listDigests(manifests) : undefined),
      tags: async function* () {
        await call("tags", "");
        yield [...manifests.keys()].filter((key) => !key.startsWith("sha256:"));
      },
    };
  }

  async #begin(repository: string, method: RegistryCall["method"], reference: string) {
    const call = { registry: this.host, repository, method, reference };
    const fault = await this.before(call);
    this.calls.push(call);
    if (fault instanceof Error) throw fault;
    return fault;
  }

  #referrers(repository: string, digest: string): Descriptor[] {
    const all = new Map([...part(this.manifests, repository).values()].map((content) => [content.digest, content]));
    return [...all.values()].filter(({ bytes }) => JSON.parse(`${bytes}`).subject?.digest === digest).map(descriptorOf);
  }
}

function listDigests(manifests: ReadonlyMap<string, Content>): ListedDigests {
  const tags = [...manifests].filter(([reference]) => !reference.startsWith("sha256:"));
  return {
    byTag: new Map(tags.map(([tag, { digest }]) => [tag, digest])),
    digests: new Set(Array.from(manifests.values(), ({ digest }) => digest)),
  };
}

function part<T>(parts: Map<string, Map<string, T>>, repository: string): Map<string, T> {
  const found = parts.get(repository) ?? new Map<string, T>();
  parts.set(repository, found);
  return found;
}

function* chunks(bytes: Buffer, from: number): Generator<Buffer> {
  for (let at = from; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

function damage(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[0] = (damaged[0] ?? 0) ^ 1;
  return damaged;
}
