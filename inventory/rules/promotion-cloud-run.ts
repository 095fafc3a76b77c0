import { cloudProvidersOf } from "../draft";
import { findRegionProblem, regionFix } from "../find-region-problem";
import type { Rule } from "../rule";

/** The job that promotes runs at Google. */
export const promotionCloudRun: Rule = {
  id: "promotion/cloud-run",
  severity: "error",
  reason: "Cloud Run is a service of Google Cloud: the job is created in a provider's project and region there.",
  *check(draft) {
    const job = draft.promotion?.["runs-in"]?.["cloud-run"];
    if (job?.provider === undefined || draft.providers === undefined) return;
    const path = ["promotion", "runs-in", "cloud-run"];
    const named = draft.providers[job.provider];
    if (!(job.provider in draft.providers) || (named?.cloud !== undefined && named.cloud !== "google")) {
      const keys = cloudProvidersOf(draft).filter(({ provider }) => provider.cloud === "google");
      const known = keys.map(({ key }) => key).join(" or ");
      const fix = known === "" ? "Add a provider at Google, or remove cloud-run." : `Write provider: ${known}`;
      yield { path: [...path, "provider"], message: `"${job.provider}" is not a provider at Google`, fix };
      return;
    }
    const message =
      job.region === undefined || named === undefined ? undefined : findRegionProblem("google", job.region);
    if (message !== undefined) yield { path: [...path, "region"], message, fix: regionFix };
  },
};
