import type { Rule } from "./rule";

/** Where the redirector runs at Google, there is an image of it. */
export const redirectorImageMissing: Rule = {
  id: "redirector/image-missing",
  severity: "error",
  reason: "Cloud Run runs container images only (https://cloud.google.com/run/docs/container-contract).",
  *check(draft) {
    const { redirector, providers } = draft;
    if (redirector === undefined || "image" in redirector) return;
    const key = Object.keys(redirector["runs-at"] ?? {}).find((name) => providers?.[name]?.cloud === "google");
    if (key === undefined) return;
    const message = `the redirector runs at ${key}, but no image of it is named`;
    const wayOut = "Add image: with a digest, as printed by the push of the image (host/name@sha256:…).";
    yield { path: ["redirector", "runs-at", key], target: "key", message, wayOut };
  },
};
