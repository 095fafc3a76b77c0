import { StoreError } from "../../stores/store-error";
import type { BlobRepository } from "../image/blob-repository";
import type { ImageClosure } from "../image/read-closure";
import { judgedImage } from "../plan/judged-image";
import type { FilePlan, ImagePlan } from "../plan/plan";
import type { PolicyJudge } from "../policy/policy-judge";
import { describeRefusal, type Verdict } from "../policy/verdict";

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
  judge: PolicyJudge | undefined,
): Promise<void> {
  const image = judgedImage(plan);
  if (!judge?.needsContent(image)) return;
  requireAll(await judge.judgeContent(image, closure, repository));
}

/** As {@link requireAllowedImage}, for a file with the size that it has now. @throws StoreError if the policy refuses it */
export function requireAllowedFile(
  { project, path, sha256 }: FilePlan,
  bytes: number,
  judge: PolicyJudge | undefined,
): void {
  if (judge) requireAll(judge.judgeFile({ project, path, sha256, bytes }));
}
