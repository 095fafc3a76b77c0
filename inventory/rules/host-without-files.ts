import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** Fields that say something about files. */
const fields = ["paths", "directory-index", "metadata"] as const;

/** Only a host that serves files says how. */
export const hostWithoutFiles: Rule = {
  id: "host/without-files",
  severity: "error",
  reason: "Paths, directory indexes and metadata are about files; on a host that serves none they have no effect.",
  *check(draft) {
    for (const [name, host] of membersOf(draft.hosts)) {
      const { serves } = host;
      // An entry that was mistyped may be meant to be `files`.
      if (serves === undefined || serves.includes("files") || serves.includes(undefined)) continue;
      for (const field of fields.filter((candidate) => host[candidate] !== undefined)) {
        const message = `${name} has ${field}, but does not serve files`;
        yield { path: ["hosts", name, field], target: "key", message, fix: "Add files to serves, or take it out." };
      }
    }
  },
};
