import { templateDoubt } from "../../networks/template-doubt";
import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** The URL templates of external mirrors lead to one place for each object, and nowhere else. */
export const mirrorUrlTemplate: Rule = {
  id: "mirror/url-template",
  severity: "error",
  reason:
    "A redirect's host comes from this file and never from a request, so a template is https (on loopback also http), has a host that all programs parse alike, and has {digest} or {path} after the host.",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if ("blobs" in mirror && mirror.blobs !== undefined) {
        const doubt = templateDoubt(mirror.blobs, "digest", ["name"]);
        if (doubt !== undefined) yield { path: [...mirrorPath, "blobs"], ...doubt };
      }
      if ("files" in mirror && mirror.files !== undefined) {
        const doubt = templateDoubt(mirror.files, "path", []);
        if (doubt !== undefined) yield { path: [...mirrorPath, "files"], ...doubt };
      }
    }
  },
};
