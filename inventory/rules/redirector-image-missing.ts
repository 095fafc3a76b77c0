import type { Rule } from "../rule";

/** Where the redirector runs at Google, there is an image of it. */
export const redirectorImageMissing: Rule = {
  id: "redirector/image-missing",
  severity: "warning",
  reason:
    "Cloud Run runs container images only (https://cloud.google.com/run/docs/container-contract): without one, the redirector's stack at Google is left out.",
  *check(draft) {
    const { redirector, providers } = draft;
    if (redirector === undefined || "image" in redirector) return;
    const key = Object.keys(redirector["runs-at"] ?? {}).find((name) => providers?.[name]?.cloud === "google");
    if (key === undefined) return;
    const message = `the redirector runs at ${key}, but has no image: its stack there is left out`;
    const fix = "Add image: with what `mirrorform image --push` prints (host/name@sha256:…).";
    yield { path: ["redirector", "runs-at", key], target: "key", message, fix };
  },
};
