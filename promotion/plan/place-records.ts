import type { Bucket } from "../../stores/bucket";
import { findOriginBucket } from "../targets/find-origin-bucket";
import type { BlobTarget, Target } from "../targets/target";
import { completionKey } from "./completion-key";
import { donorRecordKey } from "./donor-record-key";

/** Where the completion records of a bucket for blobs are: in it, but at the origin if a donor fills it. */
export interface RecordPlace {
  /** Undefined if the origin has no bucket. */
  readonly bucket: Bucket | undefined;
  /** The name of the record of an image's digest. */
  keyOf(digest: string): string;
}

/** Finds where the completion records of a bucket are. */
export function placeRecords({ bucket, keyOf, filling, mirror }: BlobTarget, targets: readonly Target[]): RecordPlace {
  if (filling !== "donor") return { bucket, keyOf: (digest) => completionKey(digest, keyOf) };
  return { bucket: findOriginBucket(targets), keyOf: (digest) => donorRecordKey(mirror, digest) };
}
