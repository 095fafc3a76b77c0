import type { Destinations } from "../promoted";

/** Where a project's artifacts are staged. */
export interface StagingAddress {
  /** HOST/PATH, without a final slash. */
  readonly registry?: string;
  /** `gs://BUCKET`, perhaps with a path. */
  readonly bucket?: string;
}

/** What the inventory says of promotion, as reading manifests needs it. */
export interface Placement {
  /** @default the project has no staging area */
  stagingOf(project: string): StagingAddress | undefined;
  /** Whether the inventory names the project and its approvers. */
  hasProject(project: string): boolean;
  /** The paths below a registry's root to which a project's images go; empty for the root itself. */
  imagesAt(project: string): readonly string[];
  /** The folder for a project's files; empty for the root. */
  filesAt(project: string): string;
  /** The project that a path at the mirrors belongs to. @default none */
  ownerOf(kind: "images" | "files", path: string): string | undefined;
  /** Prefixes of listed destinations, each with its mirrors. */
  readonly destinations: ReadonlyMap<string, Destinations>;
}
