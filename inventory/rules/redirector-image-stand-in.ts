import type { Rule } from "../rule";
import { isStandInImage } from "../stand-in-image";

/** The image's digest is not a placeholder. */
export const redirectorImageStandIn: Rule = {
  id: "redirector/image-stand-in",
  severity: "warning",
  reason: "No image has a digest of zeros, so a deployment would fail: `synth` refuses it.",
  *check({ redirector }) {
    if (redirector?.image === undefined || !isStandInImage(redirector.image)) return;
    const message = "a digest of zeros is a placeholder, and `synth` refuses it";
    const fix = "Write the output of `mirrorform image --push`, or remove image; then the stack at Google is left out.";
    yield { path: ["redirector", "image"], message, fix };
  },
};
