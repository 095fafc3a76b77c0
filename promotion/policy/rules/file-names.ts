import { findNameRefusal } from "../name-list";
import { accept, type PolicyRule, refuse } from "../policy-rule";

/** The paths that files may be promoted to. */
export const fileNames: PolicyRule = {
  id: "policy/file-names",
  reason: "A project's people may publish only what users expect of the project.",
  example: "file-names: { allow: [app/v*/**] }",
  judgeFile({ path }, { fileNames }) {
    if (!fileNames) return undefined;
    const refusal = findNameRefusal(path, fileNames);
    if (refusal === undefined) return accept(path);
    return refuse(`${path} ${refusal}`, "Promote it under a name that the policy allows.");
  },
};
