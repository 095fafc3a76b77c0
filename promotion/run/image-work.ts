import type { Content, Descriptor } from "../../stores/registry/content";
import type { ImagePlan } from "../plan/plan";
import type { ArtifactRecord } from "./artifact-record";

/** What an image consists of, without the bytes. */
export interface ImageContents {
  readonly manifests: readonly string[];
  readonly blobs: readonly Descriptor[];
  /** The manifests that have records of completion of their own: what is attached. */
  readonly attached: readonly string[];
}

/** An image of the plan, while it is worked on. */
export interface ImageWork {
  readonly plan: ImagePlan;
  readonly record: ArtifactRecord;
  /** Its manifest, kept for its tags. @default not read */
  manifest: Content | undefined;
  /** Kept only if some target is not written by the run, or is a bucket. @default not read */
  contents: ImageContents | undefined;
}
