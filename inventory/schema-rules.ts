import type { RuleEntry } from "../document/rule";

/** What the schema of `mirrors.yaml` and the checks of its texts find, besides what can be wrong in any file. */
export const schemaRules = {
  unknownCloud: {
    id: "provider/unknown-cloud",
    severity: "error",
    reason: "Infrastructure is made at three clouds; everybody else is `external`.",
  },
  interpolation: {
    id: "text/interpolation",
    severity: "error",
    reason: "Terraform evaluates `${` and `%{` wherever it finds them, so text of the inventory must not hold them.",
  },
} as const satisfies Record<string, RuleEntry>;
