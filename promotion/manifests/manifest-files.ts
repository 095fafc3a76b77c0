import type { Problem } from "../../document/problem";

/** The files of one image project. */
export interface ImageManifestFiles {
  readonly kind: "images";
  readonly project: string;
  /** The file with `registries`, and perhaps `images`. @default the source and the destinations come from the inventory */
  readonly registries?: string;
  /** The file with images: a list; in our own layout also a whole manifest. @default the images are in the other file */
  readonly images?: string;
}

/** The files of one file project. */
export interface FileManifestFiles {
  readonly kind: "files";
  readonly project: string;
  /** The file with `filestores`. @default the files have them, or the inventory */
  readonly filestores?: string;
  /** The files with `files`, in the order of their names. */
  readonly files: readonly string[];
  /** Whether there is a `withdrawn.yaml`: then everything may be withdrawn, and no list is left. @default false */
  readonly hasWithdrawn?: boolean;
}

/** The files of one project, of one kind. */
export type ManifestFiles = ImageManifestFiles | FileManifestFiles;

/** The file with what a project withdraws. */
export interface WithdrawnFiles {
  readonly project: string;
  readonly path: string;
  /** What it may withdraw: in kpromo's layout, what the folder is for. */
  readonly kind: "images" | "files" | "both";
}

/** The files of a directory of manifests, by project, with the problems of its layout. */
export interface FoundManifests {
  readonly manifests: readonly ManifestFiles[];
  readonly withdrawn: readonly WithdrawnFiles[];
  readonly problems: readonly Problem[];
}
