import { createHash } from "node:crypto";

/** OCI's descriptor of content, with only the fields that are used here. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits, or `sha512:` and 128. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** The kind of an artifact, in lists of referrers. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Content that fits into memory: a manifest, an index, a configuration, one of our layers. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** The algorithms of digests that are accepted: both that the OCI image specification 1.1 registers ("Registered algorithms"). */
export type DigestAlgorithm = "sha256" | "sha512";

/** The algorithm of a digest: sha256, unless it says sha512. */
export function algorithmOf(digest: string): DigestAlgorithm {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** The digest of bytes, in OCI's form. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/** Bytes with their media type and digest. */
export function createContent(mediaType: string, bytes: Buffer, algorithm: DigestAlgorithm = "sha256"): Content {
  return { mediaType, digest: digestOf(bytes, algorithm), bytes };
}

/** A value as JSON: an equal value with its members in the same order gives the same bytes. */
export function createJsonContent(mediaType: string, value: object): Content {
  return createContent(mediaType, Buffer.from(JSON.stringify(value)));
}

/** The descriptor of content. */
export function descriptorOf({ mediaType, digest, bytes }: Content): Descriptor {
  return { mediaType, digest, size: bytes.length };
}
