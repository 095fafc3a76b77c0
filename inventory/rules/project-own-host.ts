import { ownHostOf } from "./own-host";
import type { Rule } from "./rule";

const fields = ["info", "privacy"] as const;

/** The project's pages are somewhere else than the redirector. */
export const projectOwnHost: Rule = {
  id: "project/own-host",
  severity: "error",
  reason:
    "`/` and `/privacy` of every host lead to these pages: on a host of the redirector's own, a browser would go in circles.",
  *check(draft) {
    for (const field of fields) {
      const url = draft.project?.[field];
      const host = url === undefined ? undefined : ownHostOf(draft, url);
      if (host === undefined) continue;
      const wayOut = "Name a page of a website; the hosts here have only what mirrors hold.";
      yield { path: ["project", field], message: `${host} is the redirector itself`, wayOut };
    }
  },
};
