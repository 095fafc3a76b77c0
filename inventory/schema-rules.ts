import type { RuleEntry } from "../document/rule";

/** The rules of `mirrors.yaml` that its schema and its string checks enforce, in addition to the rules for any file. */
export const schemaRules = {
  unknownCloud: {
    id: "provider/unknown-cloud",
    severity: "error",
    reason: "Three clouds are supported; use `external` for any other provider.",
  },
  interpolation: {
    id: "text/interpolation",
    severity: "error",
    reason: "Terraform evaluates `${` and `%{` everywhere, so the inventory must not contain them.",
  },
} as const satisfies Record<string, RuleEntry>;
