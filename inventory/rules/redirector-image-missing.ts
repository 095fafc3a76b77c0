import type { Rule } from "../rule";

/** A redirector at Google has an image. */
export const redirectorImageMissing: Rule = {
  id: "redirector/image-missing",
  severity: "warning",
  reason:
    "Cloud Run only runs container images (https://cloud.google.com/run/docs/container-contract): without an image, the redirector's Google stack is omitted.",
  *check(draft) {
    const { redirector, providers } = draft;
    if (redirector === undefined || "image" in redirector) return;
    const key = Object.keys(redirector["runs-at"] ?? {}).find((name) => providers?.[name]?.cloud === "google");
    if (key === undefined) return;
    const message = `the redirector runs at ${key}, but has no image: its stack there is left out`;
    const fix = "Add image: with the output of `mirrorform image --push` (host/name@sha256:…).";
    yield { path: ["redirector", "runs-at", key], target: "key", message, fix };
  },
};
