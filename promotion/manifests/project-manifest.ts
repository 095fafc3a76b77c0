import type { Path } from "../../document/path";
import type { Problem } from "../../document/problem";
import type { ManifestPlace } from "../promoted";
import type { CheckedManifest } from "./checked-manifest";

/** A registry, or a store with its prefix, as a manifest names it. */
export interface ListedPlace {
  /** Without a final slash. */
  readonly name: string;
  readonly place: ManifestPlace;
  readonly mention: Mention;
}

/** A place of a manifest at which a problem can be reported later. */
export interface Mention {
  readonly manifest: CheckedManifest;
  readonly path: Path;
  readonly target: "key" | "value";
}

/** A digest that a manifest promises for an image, with the tags of all its entries. */
export interface PromisedDigest {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly mention: Mention;
}

/** An image of a project, with the digests of all its entries. */
export interface PromisedImage {
  readonly name: string;
  readonly digests: readonly PromisedDigest[];
}

/** A file that a manifest promises. The same name can be promised several times. */
export interface PromisedFileEntry {
  readonly name: string;
  readonly sha256: string;
  readonly mention: Mention;
}

interface ProjectManifestBase {
  readonly project: string;
  /** @default that of the inventory */
  readonly source?: ListedPlace | undefined;
  /** @default those of the inventory */
  readonly destinations?: readonly ListedPlace[] | undefined;
  readonly problems: readonly Problem[];
  /** Whether all its files could be read, though they may have errors. */
  readonly isReadable: boolean;
  /** The file at which problems with the whole project are reported. */
  readonly manifest: CheckedManifest;
}

/** What one manifest promises of images: valid digests and tags only. */
export interface ImageProject extends ProjectManifestBase {
  readonly kind: "images";
  readonly images: readonly PromisedImage[];
  readonly counts: { readonly images: number; readonly digests: number; readonly tags: number };
}

/** What one manifest promises of files: valid names and checksums only. */
export interface FileProject extends ProjectManifestBase {
  readonly kind: "files";
  readonly files: readonly PromisedFileEntry[];
  /** All names as written. */
  readonly names: ReadonlySet<string>;
}

/** A project's manifest, of one kind. */
export type ProjectManifest = ImageProject | FileProject;
