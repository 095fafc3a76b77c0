import type { RuleEntry } from "../../document/rule";
import { contradiction } from "./file-rules/contradiction";
import { noSigners } from "./file-rules/no-signers";
import { unknownProject } from "./file-rules/unknown-project";
import type { PolicyFileRule } from "./policy-file-rule";

/** The rules of `policy.yaml` itself. */
export const policyFileRules: readonly PolicyFileRule[] = [contradiction, noSigners, unknownProject];

/** Checked when the file that it names is read. */
export const trustedRootRule: RuleEntry = {
  id: "policy-file/trusted-root",
  severity: "error",
  reason: "Without the keys of the certificate authority and the logs, no signature in a certificate can be verified.",
};
