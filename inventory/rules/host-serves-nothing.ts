import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** Every host serves images or files. */
export const hostServesNothing: Rule = {
  id: "host/serves-nothing",
  severity: "error",
  reason: "A host that serves nothing answers every request with 404.",
  *check(draft) {
    for (const [host, { serves }] of membersOf(draft.hosts)) {
      if (serves?.length !== 0) continue;
      const fix = "Write serves: [images], [files] or both, or remove the host.";
      yield { path: ["hosts", host, "serves"], message: `${host} serves nothing`, fix };
    }
    if (draft.hosts !== undefined && Object.keys(draft.hosts).length === 0) {
      const fix = "Add a host: registry.example.org: { serves: [images] }.";
      yield { path: ["hosts"], message: "no host is defined", fix };
    }
  },
};
