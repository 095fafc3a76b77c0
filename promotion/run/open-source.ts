import type { Bucket } from "../../stores/bucket";
import type { FilePlan, ImagePlan } from "../plan/plan";
import { findOrigin } from "../targets/find-origin";
import type { RunContext } from "./run-context";
import type { SourceRepository } from "./run-repositories";

/** Opens where an image is copied from: a staging repository, or the origin's own. @throws StoreError */
export function openImageSource({ source, repository }: ImagePlan, context: RunContext): SourceRepository {
  if (context.mirrors) return context.mirrors.openRepository(repository);
  const origin = findOrigin(context.targets, "registry", repository, source);
  return origin ? context.openTarget(origin, repository) : context.openSource(source);
}

/** Opens where a file may be copied from: a staging bucket, the origin's own, or all mirrors. @throws StoreError */
export function openFileSources(
  { source, path }: FilePlan,
  context: RunContext,
): readonly { readonly bucket: Bucket; readonly key: string }[] {
  if (context.mirrors) return context.mirrors.openFile(path);
  const origin = findOrigin(context.targets, "files", path, source);
  return [origin ? { bucket: origin.bucket, key: origin.keyOf(path) } : context.openFile(source)];
}
