/** A place in a manifest, for messages. Line and column are from 1. */
export interface ManifestPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The mirrors that an artifact goes to: all that hold artifacts of its kind, or those that the manifest's own destinations are mapped
 * to, as `provider/mirror`. Artifacts with the same destinations share one object.
 */
export type Destinations = "all" | readonly string[];

/** One digest of one image, as the manifests promise it. The same digest at two repositories is two of these. */
export interface PromotedImage {
  readonly project: string;
  /** The staging registry and repository: `gcr.io/k8s-staging-kubernetes/pause`. */
  readonly source: string;
  /** The repository at every mirror, below its root: `kubernetes/pause`. */
  readonly repository: string;
  readonly digest: string;
  /** Sorted, without duplicates. None: the image is promoted by digest only. */
  readonly tags: readonly string[];
  readonly destinations: Destinations;
  readonly place: ManifestPlace;
}

/** One file, as the manifests promise it. */
export interface PromotedFile {
  readonly project: string;
  /** The staging bucket and prefix, with a final slash: `gs://k8s-staging-kops/kops/releases/`. */
  readonly source: string;
  /** Its name below the source. */
  readonly name: string;
  /** Its path at every mirror, without a leading slash. */
  readonly path: string;
  /** In hexadecimal, lower case. */
  readonly sha256: string;
  readonly destinations: Destinations;
  readonly place: ManifestPlace;
}

interface WithdrawnBase {
  readonly project: string;
  readonly destinations: Destinations;
  readonly reason: string;
  /** As it is written: `2026-11-26`. */
  readonly date: string;
  readonly place: ManifestPlace;
}

/** An image that is withdrawn: a digest with all its tags, or only some tags. */
export interface WithdrawnImage extends WithdrawnBase {
  readonly kind: "image";
  /** The repository at mirrors. */
  readonly repository: string;
  /** @default only tags are withdrawn */
  readonly digest?: string;
  /** Sorted; empty if the digest is withdrawn. */
  readonly tags: readonly string[];
}

/** A file that is withdrawn, whatever its content. */
export interface WithdrawnFile extends WithdrawnBase {
  readonly kind: "file";
  /** Its path at mirrors. */
  readonly path: string;
}

/** An entry of a `withdrawn.yaml`, at one path at mirrors. */
export type Withdrawn = WithdrawnImage | WithdrawnFile;

/** Everything that the manifests promise. Entries of projects with errors are left out. */
export interface Promoted {
  readonly projects: readonly string[];
  readonly images: readonly PromotedImage[];
  readonly files: readonly PromotedFile[];
  /** What must not be had any more. None of it is promised at the same time. */
  readonly withdrawn: readonly Withdrawn[];
}
