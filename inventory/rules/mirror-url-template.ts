import { findTemplateProblem } from "../../networks/find-template-problem";
import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** The URL templates of external mirrors produce one valid URL per object. */
export const mirrorUrlTemplate: Rule = {
  id: "mirror/url-template",
  severity: "error",
  reason:
    "A redirect's host comes from this file and never from a request, so a template is https (on loopback also http), has an unambiguous host, and has {digest} or {path} after the host.",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      if ("blobs" in mirror && mirror.blobs !== undefined) {
        const problem = findTemplateProblem(mirror.blobs, "digest", ["name"]);
        if (problem !== undefined) yield { path: [...mirrorPath, "blobs"], ...problem };
      }
      if ("files" in mirror && mirror.files !== undefined) {
        const problem = findTemplateProblem(mirror.files, "path", []);
        if (problem !== undefined) yield { path: [...mirrorPath, "files"], ...problem };
      }
    }
  },
};
