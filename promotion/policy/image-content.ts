import type { Descriptor } from "../../stores/registry/content";
import { digestOf } from "../../stores/registry/content";
import { StoreError } from "../../stores/store-error";
import type { BlobRepository } from "../image/blob-repository";
import type { ImageClosure } from "../image/read-closure";
import type { JudgedImage } from "./judged-artifact";
import { parseBoundedJson } from "./parse-bounded-json";
import { type ManifestFields, readManifestFields } from "./read-manifest-fields";

/** Limits for documents: staging is not trusted. The largest SBOMs in attestations have a few megabytes. */
const limits = {
  /** Bytes of one. */
  document: 8 * 1024 * 1024,
  /** Bytes of all that are read for one image. */
  all: 64 * 1024 * 1024,
} as const;

/** An image as it would be written: its manifests, and the documents among its blobs. Everything is verified by digest. */
export class ImageContent {
  readonly image: JudgedImage;
  readonly closure: ImageClosure;
  readonly manifests: readonly ManifestFields[];
  /** The manifest of the image itself. */
  readonly own: ManifestFields;
  readonly #repository: BlobRepository;
  readonly #documents = new Map<string, Promise<Buffer>>();
  #bytes = 0;

  /** @throws StoreError "corrupt" if a manifest has fields of another form than specified */
  constructor(image: JudgedImage, closure: ImageClosure, repository: BlobRepository) {
    this.image = image;
    this.closure = closure;
    this.#repository = repository;
    this.manifests = closure.manifests.map((manifest) => {
      const fields = readManifestFields(manifest);
      if (fields) return fields;
      const { digest } = manifest.content;
      const where = `${repository.host}/${repository.name}@${digest}`;
      throw new StoreError(`${where} has fields that are longer or of another form than specified`, "corrupt");
    });
    const own = this.manifests.find(({ digest }) => digest === closure.digest);
    if (!own) throw new StoreError(`${closure.digest} is not among its own manifests`, "corrupt");
    this.own = own;
  }

  /** What is attached to a manifest: signatures, attestations, SBOMs and other referrers. */
  attachedTo(digest: string): readonly ManifestFields[] {
    return this.manifests.filter((manifest) => manifest.attachedTo === digest);
  }

  /** The bytes of a manifest. */
  bytesOf(digest: string): Buffer | undefined {
    return this.closure.manifests.find(({ content }) => content.digest === digest)?.content.bytes;
  }

  /** Reads a blob that is a document. @throws StoreError, also if it is too long */
  readDocument(blob: Descriptor): Promise<Buffer> {
    const known = this.#documents.get(blob.digest) ?? this.#read(blob);
    this.#documents.set(blob.digest, known);
    return known;
  }

  /** Reads a blob as JSON. @returns undefined if it is not JSON @throws StoreError */
  async readJson(blob: Descriptor): Promise<unknown> {
    return parseBoundedJson(await this.readDocument(blob));
  }

  async #read(blob: Descriptor): Promise<Buffer> {
    const where = `${this.#repository.host}/${this.#repository.name}@${blob.digest}`;
    if (blob.size > limits.document) throw new StoreError(`${where} is a document of ${blob.size} bytes`);
    this.#bytes += blob.size;
    if (this.#bytes > limits.all)
      throw new StoreError(`${where}: the documents of the image have ${this.#bytes} bytes`);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of await this.#repository.openBlob(blob)) {
      length += (chunk as Buffer).length;
      if (length > blob.size) break;
      chunks.push(chunk as Buffer);
    }
    const bytes = Buffer.concat(chunks);
    if (length !== blob.size || digestOf(bytes) !== blob.digest) {
      throw new StoreError(`${where} has other bytes than its digest says`, "corrupt");
    }
    return bytes;
  }
}
