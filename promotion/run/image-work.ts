import type { Content, Descriptor } from "../../stores/registry/content";
import type { ImageClosure } from "../image/read-closure";
import type { FoundImage } from "../ledger/add-promoted";
import type { ImagePlan } from "../plan/plan";
import type { ArtifactRecord } from "./artifact-record";

/** What an image consists of, without the bytes. */
export interface ImageContents {
  readonly manifests: readonly Pick<Descriptor, "digest" | "size">[];
  readonly blobs: readonly Descriptor[];
  /** The manifests that have records of completion of their own: what is attached. */
  readonly attached: readonly string[];
}

/** What an image consists of, by its closure. */
export function contentsOf({ manifests, blobs }: ImageClosure): ImageContents {
  return {
    manifests: manifests.map(({ content: { digest, bytes } }) => ({ digest, size: bytes.length })),
    blobs: [...blobs.values()],
    attached: manifests.flatMap(({ content, attachedTo }) => (attachedTo ? [content.digest] : [])),
  };
}

/** An image of the plan, while it is worked on. */
export interface ImageWork {
  readonly plan: ImagePlan;
  readonly record: ArtifactRecord;
  /** Its manifest, kept for its tags. @default not read */
  manifest: Content | undefined;
  /** Kept only if some target is not written by the run, or is a bucket. @default not read */
  contents: ImageContents | undefined;
  /** What it brings to the ledger. @default not read, or there is no ledger */
  found?: readonly FoundImage[];
}
