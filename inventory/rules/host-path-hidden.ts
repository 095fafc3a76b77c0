import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** No path of a host is one that the redirector answers itself. */
export const hostPathHidden: Rule = {
  id: "host/path-hidden",
  severity: "error",
  reason: "`/-/…` and `/privacy` are the redirector's own, and `/v2/…` is the registry's where a host serves images.",
  *check(draft) {
    for (const [name, { paths, serves }] of membersOf(draft.hosts)) {
      for (const path of Object.keys(paths ?? {})) {
        const [first = ""] = path.split("/");
        const isHidden = first === "-" || path === "privacy" || (first === "v2" && serves?.includes("images") === true);
        if (!isHidden) continue;
        const message = `/${path} of ${name} never leads to files`;
        yield { path: ["hosts", name, "paths", path], target: "key", message, fix: "Choose another path." };
      }
    }
  },
};
