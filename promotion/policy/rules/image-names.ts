import { findNameRefusal } from "../name-list";
import { accept, type PolicyRule, refuse } from "../policy-rule";

/** The repositories that images may be promoted to. */
export const imageNames: PolicyRule = {
  id: "policy/image-names",
  reason: "A project's people may publish only what users expect of the project.",
  example: "image-names: { allow: [app/**] }",
  judgesAttachments: true,
  judgeImage({ repository }, { imageNames }) {
    if (!imageNames) return undefined;
    const refusal = findNameRefusal(repository, imageNames);
    if (refusal === undefined) return accept(repository);
    return refuse(`${repository} ${refusal}`, "Promote it under a name that the policy allows.");
  },
};
