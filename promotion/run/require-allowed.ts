import { StoreError } from "../../stores/store-error";
import type { BlobRepository } from "../image/blob-repository";
import type { ImageClosure } from "../image/read-closure";
import { isReleased } from "../plan/is-released";
import { judgedImage } from "../plan/judged-image";
import type { FilePlan, ImagePlan } from "../plan/plan";
import { describeRefusal, type Verdict } from "../policy/verdict";
import type { RunContext } from "./run-context";

function requireAll(verdicts: readonly Verdict[]): void {
  const refused = verdicts.filter(({ isAllowed }) => !isAllowed);
  if (refused.length > 0) throw new StoreError(refused.map(describeRefusal).join("; "));
}

/**
 * Judges exactly what is about to be written: staging may have changed since the plan was made.
 *
 * @throws StoreError if the policy refuses it, or if something that a rule looks at cannot be read
 */
export async function requireAllowedImage(
  plan: ImagePlan,
  closure: ImageClosure,
  repository: BlobRepository,
  { judge, targets }: Pick<RunContext, "judge" | "targets">,
): Promise<void> {
  const image = judgedImage(plan);
  if (!judge?.needsContent(image) || isReleased(plan, "registry", targets)) return;
  requireAll(await judge.judgeContent(image, closure, repository));
}

/** As {@link requireAllowedImage}, for a file with the size that it has now. @throws StoreError if the policy refuses it */
export function requireAllowedFile(
  plan: FilePlan,
  bytes: number,
  { judge, targets }: Pick<RunContext, "judge" | "targets">,
): void {
  const { project, path, sha256 } = plan;
  if (judge && !isReleased(plan, "files", targets)) requireAll(judge.judgeFile({ project, path, sha256, bytes }));
}
