import { ownHostOf } from "../own-host";
import type { Rule } from "../rule";

const fields = ["info", "privacy"] as const;

/** The project's pages are not on the redirector's own hosts. */
export const projectOwnHost: Rule = {
  id: "project/own-host",
  severity: "error",
  reason:
    "`/` and `/privacy` of every host redirect to these pages: on one of the redirector's own hosts, a browser would loop.",
  *check(draft) {
    for (const field of fields) {
      const url = draft.project?.[field];
      const host = url === undefined ? undefined : ownHostOf(draft, url);
      if (host === undefined) continue;
      const fix = "Use a page on another website; these hosts only serve mirrored content.";
      yield { path: ["project", field], message: `${host} is the redirector itself`, fix };
    }
  },
};
