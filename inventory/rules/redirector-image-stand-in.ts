import { isStandInImage } from "../stand-in-image";
import type { Rule } from "./rule";

/** The image is one that can exist. */
export const redirectorImageStandIn: Rule = {
  id: "redirector/image-stand-in",
  severity: "warning",
  reason: "No image has a digest of zeros: `synth` refuses it, since a deployment would fail.",
  *check({ redirector }) {
    if (redirector?.image === undefined || !isStandInImage(redirector.image)) return;
    const message = "the digest of zeros only stands in for an image, and `synth` refuses it";
    const wayOut =
      "Write what `mirrorform image --push` prints, or remove image: then the stack at Google is left out.";
    yield { path: ["redirector", "image"], message, wayOut };
  },
};
