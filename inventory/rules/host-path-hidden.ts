import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** A host's paths do not collide with the redirector's own. */
export const hostPathHidden: Rule = {
  id: "host/path-hidden",
  severity: "error",
  reason:
    "The redirector itself answers `/-/…` and `/privacy`, and the registry answers `/v2/…` if the host serves images.",
  *check(draft) {
    for (const [name, { paths, serves }] of membersOf(draft.hosts)) {
      for (const path of Object.keys(paths ?? {})) {
        const [first = ""] = path.split("/");
        const isHidden = first === "-" || path === "privacy" || (first === "v2" && serves?.includes("images") === true);
        if (!isHidden) continue;
        const message = `/${path} of ${name} is never reachable`;
        yield { path: ["hosts", name, "paths", path], target: "key", message, fix: "Choose another path." };
      }
    }
  },
};
