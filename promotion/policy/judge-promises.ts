import type { Problem } from "../../document/problem";
import type { ManifestPlace, Promoted } from "../promoted";
import type { PolicyJudge } from "./policy-judge";
import { describeRefusal, type Verdict } from "./verdict";

function placeRefusals(verdicts: readonly Verdict[], { file, line, column }: ManifestPlace): Problem[] {
  return verdicts
    .filter(({ isAllowed }) => !isAllowed)
    .map((verdict) => ({
      file,
      line,
      column,
      severity: "error",
      rule: verdict.rule,
      message: describeRefusal(verdict),
      fix: verdict.fix ?? "",
      excerpt: "",
    }));
}

/** What a policy refuses of all that manifests promise, as far as names and checksums show it: nothing is read. */
export function judgePromises({ images, files }: Promoted, judge: PolicyJudge): Problem[] {
  return [
    ...images.flatMap((image) => placeRefusals(judge.judgeImage(image), image.place)),
    ...files.flatMap((file) => placeRefusals(judge.judgeFile(file), file.place)),
  ];
}
