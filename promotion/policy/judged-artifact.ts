import type { PromotedFile, PromotedImage } from "../promoted";

/** An image by its names alone. */
export interface JudgedImage extends Pick<PromotedImage, "project" | "repository" | "digest" | "tags"> {
  /** The digest that it is attached to: it is a signature, an attestation or an SBOM that came later. @default it is an image */
  readonly attachedTo?: string;
}

/** A file by its name and checksum. */
export interface JudgedFile extends Pick<PromotedFile, "project" | "path" | "sha256"> {
  /** Undefined if it is not known. */
  readonly bytes?: number;
  /** The SHA-256 of the promised file at a path, if there is one. */
  readonly checksumAt: (path: string) => string | undefined;
}
