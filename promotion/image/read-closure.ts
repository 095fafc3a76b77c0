import { inParallel } from "../../stores/in-parallel";
import type { Content, Descriptor } from "../../stores/registry/content";
import { StoreError } from "../../stores/store-error";
import type { ImageRepository } from "./image-repository";
import { type ParsedManifest, parseManifest } from "./parse-manifest";

/** A manifest of a closure. */
export interface ClosureManifest {
  readonly content: Content;
  readonly isIndex: boolean;
  /** The digests of its children's manifests. */
  readonly children: readonly string[];
  /** The digests of its configuration and layers. */
  readonly blobs: readonly string[];
  /** The digest of the closure's manifest that it is attached to: it is a signature, an attestation, an SBOM or another referrer. */
  readonly attachedTo?: string;
}

/** An image with all that belongs to it. */
export interface ImageClosure {
  readonly digest: string;
  /** In an order in which registries accept them: children before their index, subjects before what is attached to them. */
  readonly manifests: readonly ClosureManifest[];
  /** The distinct configurations and layers, by digest. */
  readonly blobs: ReadonlyMap<string, Descriptor>;
  /** The cosign tags of its manifests, with the digests that they have at the source. */
  readonly signatureTags: ReadonlyMap<string, string>;
  /** Of all distinct blobs and manifests. */
  readonly bytes: number;
  /** Of all manifests, which are in memory. */
  readonly documentBytes: number;
}

/** How a closure is read. */
export interface ClosureOptions {
  readonly repository: ImageRepository;
  /** The repository's cosign tags by the digest that they belong to: see `groupSignatureTags`. @default none */
  readonly signatureTags?: ReadonlyMap<string, readonly string[]>;
  /** All tags of the repository: without an API, they say which manifests have referrers. @default they are not known */
  readonly tags?: ReadonlySet<string>;
  /** Whether to ask for the referrers of each manifest, one request each. @default true */
  readonly withReferrers?: boolean;
}

/**
 * Limits, because a source is not trusted: it could list referrers without end. The largest real images have about 40 platforms
 * with an attestation each; a manifest has at most 4 MiB.
 */
const limits = {
  manifests: 2_000,
  /** Levels of indexes and of referrers of referrers. */
  depth: 8,
  /** Bytes of all manifests. */
  documents: 32 * 1024 * 1024,
  blobs: 20_000,
  /** Manifests that are read at the same time. */
  lanes: 8,
} as const;

interface Node {
  readonly content: Content;
  readonly parsed: ParsedManifest;
  /** The digests of what is attached to it. */
  readonly attached: readonly string[];
}

class ClosureReader {
  readonly #repository: ImageRepository;
  readonly #signatureTags: ReadonlyMap<string, readonly string[]>;
  readonly #tags: ReadonlySet<string> | undefined;
  readonly #withReferrers: boolean;
  readonly #nodes = new Map<string, Node>();
  readonly #found = new Map<string, string>();
  #documents = 0;

  constructor({ repository, signatureTags = new Map(), tags, withReferrers = true }: ClosureOptions) {
    this.#repository = repository;
    this.#tags = tags;
    this.#signatureTags = signatureTags;
    this.#withReferrers = withReferrers;
  }

  async read(digest: string): Promise<ImageClosure> {
    let level: readonly Wanted[] = [{ digest }];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > limits.depth) throw this.#excess(digest, `more than ${limits.depth} levels of manifests`);
      if (this.#nodes.size + level.length > limits.manifests) {
        throw this.#excess(digest, `more than ${limits.manifests} manifests`);
      }
      const next = (await inParallel(level, limits.lanes, (wanted) => this.#visit(wanted))).flat();
      const unread = next.filter((wanted) => !this.#nodes.has(wanted.digest));
      level = [...new Map(unread.map((wanted) => [`${wanted.digest} ${wanted.subject}`, wanted])).values()];
    }
    return this.#assemble(digest);
  }

  /** Reads one manifest. @returns what to read next */
  async #visit({ digest, subject }: Wanted): Promise<Wanted[]> {
    const { host, name } = this.#repository;
    const content = await this.#repository.getManifest(digest);
    this.#documents += content.bytes.length;
    if (this.#documents > limits.documents) throw this.#excess(digest, `${limits.documents} bytes of manifests`);
    const parsed = parseManifest(content, `${host}/${name}`);
    // A manifest that is listed as a referrer, but refers to something else, is not one.
    if (subject !== undefined && parsed.subject !== subject) return [];
    const attached = await this.#readAttached(digest);
    this.#nodes.set(digest, { content, parsed, attached: attached.map((each) => each.digest) });
    return [...parsed.children, ...attached];
  }

  async #readAttached(digest: string): Promise<Wanted[]> {
    const referrers = this.#withReferrers ? await this.#repository.referrers(digest, undefined, this.#tags) : [];
    if (referrers.length > limits.manifests) throw this.#excess(digest, `${referrers.length} referrers`);
    const attached: Wanted[] = referrers.map((referrer) => ({ digest: referrer.digest, subject: digest }));
    for (const tag of this.#signatureTags.get(digest) ?? []) {
      const found = await this.#repository.headManifest(tag);
      if (!found) continue;
      this.#found.set(tag, found.digest);
      attached.push({ digest: found.digest });
    }
    return attached;
  }

  #assemble(digest: string): ImageClosure {
    const manifests = new Map<string, ClosureManifest>();
    const blobs = new Map<string, Descriptor>();
    this.#add(digest, undefined, manifests, blobs);
    const documentBytes = sum(Array.from(manifests.values(), ({ content }) => content.bytes.length));
    const bytes = documentBytes + sum(Array.from(blobs.values(), ({ size }) => size));
    return {
      digest,
      manifests: [...manifests.values()],
      blobs,
      signatureTags: this.#found,
      bytes,
      documentBytes,
    };
  }

  /**
   * Adds a manifest with its children, then what is attached to any of them. A child is one, whatever else claims it: an index that someone
   * attaches could name it, too.
   */
  #add(
    digest: string,
    attachedTo: string | undefined,
    manifests: Map<string, ClosureManifest>,
    blobs: Map<string, Descriptor>,
  ): void {
    const added: string[] = [];
    this.#addTree(digest, attachedTo, manifests, blobs, added);
    for (const subject of added) {
      for (const each of this.#nodes.get(subject)?.attached ?? []) this.#add(each, subject, manifests, blobs);
    }
  }

  /** @param added gets the digests of what was not there before */
  #addTree(
    digest: string,
    attachedTo: string | undefined,
    manifests: Map<string, ClosureManifest>,
    blobs: Map<string, Descriptor>,
    added: string[],
  ): void {
    const node = this.#nodes.get(digest);
    if (!node || manifests.has(digest)) return;
    const { content, parsed } = node;
    for (const child of parsed.children) this.#addTree(child.digest, attachedTo, manifests, blobs, added);
    for (const blob of parsed.blobs) this.#addBlob(digest, blob, blobs);
    manifests.set(digest, {
      content,
      isIndex: parsed.isIndex,
      children: parsed.children.map((child) => child.digest),
      blobs: parsed.blobs.map((blob) => blob.digest),
      ...(attachedTo !== undefined && { attachedTo }),
    });
    added.push(digest);
  }

  #addBlob(digest: string, blob: Descriptor, blobs: Map<string, Descriptor>): void {
    const { size } = blobs.get(blob.digest) ?? blob;
    if (size !== blob.size) {
      const message = `${this.#place(digest)} gives ${blob.digest} ${blob.size} bytes, and another manifest ${size} bytes`;
      throw new StoreError(message, "corrupt");
    }
    blobs.set(blob.digest, blob);
    if (blobs.size > limits.blobs) throw this.#excess(digest, `more than ${limits.blobs} blobs`);
  }

  #place(digest: string): string {
    return `${this.#repository.host}/${this.#repository.name}@${digest}`;
  }

  #excess(digest: string, what: string): StoreError {
    return new StoreError(`${this.#place(digest)} has ${what}, which is more than can be promoted`);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

interface Wanted {
  readonly digest: string;
  /** What it must refer to: it was listed as a referrer. */
  readonly subject?: string;
}

/**
 * Reads an image with everything that belongs to it: the manifests of an index, configurations and layers (only their
 * descriptors), cosign's signatures, attestations and SBOMs, and referrers with their own referrers.
 *
 * @throws StoreError "absent" if a manifest is missing; otherwise if it is damaged, or larger than the limits
 */
export function readClosure(digest: string, options: ClosureOptions): Promise<ImageClosure> {
  return new ClosureReader(options).read(digest);
}
