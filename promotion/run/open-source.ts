import type { Bucket } from "../../stores/bucket";
import type { FilePlan, ImagePlan } from "../plan/plan";
import { findOrigin } from "../targets/find-origin";
import type { RunContext } from "./run-context";
import type { SourceRepository } from "./run-repositories";

/** Opens where an image is copied from: a staging repository, or the origin's own. @throws StoreError */
export function openImageSource({ source, repository }: ImagePlan, context: RunContext): SourceRepository {
  const origin = findOrigin(context.targets, "registry", repository, source);
  return origin ? context.openTarget(origin, repository) : context.openSource(source);
}

/** Opens where a file is copied from: a staging bucket, or the origin's own. @throws StoreError */
export function openFileSource(
  { source, path }: FilePlan,
  context: RunContext,
): { readonly bucket: Bucket; readonly key: string } {
  const origin = findOrigin(context.targets, "files", path, source);
  return origin ? { bucket: origin.bucket, key: origin.keyOf(path) } : context.openFile(source);
}
