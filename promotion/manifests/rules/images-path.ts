import type { Rule } from "../../../document/rule";
import type { ManifestContext } from "../manifest-rule";

/** kpromo accepts `imagesPath`, and ignores it. */
export const imagesPathRule: Rule<{ readonly imagesPath?: string | undefined }, ManifestContext> = {
  id: "manifest/images-path",
  severity: "warning",
  reason: "It has no effect: images are in the folder of the same name below images/.",
  *check({ imagesPath }) {
    if (imagesPath === undefined) return;
    yield { path: ["imagesPath"], target: "key", message: "imagesPath has no effect", fix: "Remove it." };
  },
};
