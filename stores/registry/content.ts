import { createHash } from "node:crypto";

/** OCI's descriptor of content, with only the fields that are used here. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Content that fits into memory: a manifest, an index, a configuration, one of our layers. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** The digest of bytes, in OCI's form. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Bytes with their media type and digest. */
export function createContent(mediaType: string, bytes: Buffer): Content {
  return { mediaType, digest: digestOf(bytes), bytes };
}

/** A value as JSON: an equal value with its members in the same order gives the same bytes. */
export function createJsonContent(mediaType: string, value: object): Content {
  return createContent(mediaType, Buffer.from(JSON.stringify(value)));
}

/** The descriptor of content. */
export function descriptorOf({ mediaType, digest, bytes }: Content): Descriptor {
  return { mediaType, digest, size: bytes.length };
}
