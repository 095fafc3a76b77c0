import { Readable } from "node:stream";
import type { BlobRepository } from "../../../promotion/image/blob-repository";
import type { ImageRepository } from "../../../promotion/image/image-repository";
import {
  type Content,
  createJsonContent,
  type Descriptor,
  descriptorOf,
  digestOf,
} from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { StoreError } from "../../../stores/store-error";

/** A repository in memory that images can be read from. */
export class MemoryImageRepository implements ImageRepository, BlobRepository {
  readonly host = "registry.example.org";
  readonly name = "staging/app";
  readonly manifests = new Map<string, Content>();
  readonly tagged = new Map<string, string>();
  readonly asked: string[] = [];
  /** What the referrers API reports beyond the subjects of manifests. */
  readonly reported = new Map<string, Descriptor[]>();

  readonly blobs = new Map<string, Buffer>();

  /** @returns the descriptor */
  holdBlob(mediaType: string, bytes: Buffer): Descriptor {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  async openBlob({ digest }: Descriptor): Promise<Readable> {
    this.asked.push(`GET blob ${digest}`);
    const bytes = this.blobs.get(digest);
    if (bytes) return Readable.from([bytes]);
    throw new StoreError(`${digest} is missing`, "absent");
  }

  hold(content: Content, tag?: string): Content {
    this.manifests.set(content.digest, content);
    if (tag !== undefined) this.tagged.set(tag, content.digest);
    return content;
  }

  async getManifest(digest: string): Promise<Content> {
    this.asked.push(`GET ${digest}`);
    const content = this.manifests.get(digest);
    if (content) return content;
    throw new StoreError(`${digest} is missing`, "absent");
  }

  async headManifest(reference: string): Promise<{ readonly digest: string } | undefined> {
    this.asked.push(`HEAD ${reference}`);
    const digest = this.tagged.get(reference) ?? (this.manifests.has(reference) ? reference : undefined);
    return digest === undefined ? undefined : { digest };
  }

  async referrers(digest: string): Promise<readonly Descriptor[]> {
    this.asked.push(`referrers ${digest}`);
    const own = [...this.manifests.values()].filter(({ bytes }) => JSON.parse(`${bytes}`).subject?.digest === digest);
    return [...own.map(descriptorOf), ...(this.reported.get(digest) ?? [])];
  }
}

/** A blob's descriptor, with a digest that follows from its name. */
export function blob(name: string, size = 100, mediaType: string = mediaTypes.layer): Descriptor {
  return { mediaType, digest: digestOf(Buffer.from(name)), size };
}

/** A manifest with a configuration and layers. */
export function image(layers: readonly Descriptor[], subject?: Content): Content {
  const config = blob("config", 10, mediaTypes.config);
  const fields = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
  return createJsonContent(mediaTypes.manifest, { ...fields, ...(subject && { subject: descriptorOf(subject) }) });
}

/** An index of manifests. */
export function index(children: readonly Content[], subject?: Content): Content {
  const fields = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: children.map(descriptorOf) };
  return createJsonContent(mediaTypes.index, { ...fields, ...(subject && { subject: descriptorOf(subject) }) });
}
