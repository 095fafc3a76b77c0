import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** Fields that only apply to files. */
const fields = ["paths", "directory-index", "metadata"] as const;

/** Only hosts that serve files have file settings. */
export const hostWithoutFiles: Rule = {
  id: "host/without-files",
  severity: "error",
  reason: "Paths, directory indexes and metadata apply to files; they have no effect on a host that serves none.",
  *check(draft) {
    for (const [name, host] of membersOf(draft.hosts)) {
      const { serves } = host;
      // A mistyped entry may be meant as `files`.
      if (serves === undefined || serves.includes("files") || serves.includes(undefined)) continue;
      for (const field of fields.filter((candidate) => host[candidate] !== undefined)) {
        const message = `${name} has ${field}, but does not serve files`;
        yield { path: ["hosts", name, field], target: "key", message, fix: "Add files to serves, or remove it." };
      }
    }
  },
};
