import type { RuleEntry } from "../../document/rule";
import { contradiction } from "./file-rules/contradiction";
import { noSigners } from "./file-rules/no-signers";
import { unknownProject } from "./file-rules/unknown-project";
import type { PolicyFileRule } from "./policy-file-rule";

/** The rules of `policy.yaml` itself. */
export const policyFileRules: readonly PolicyFileRule[] = [contradiction, noSigners, unknownProject];

/** Checked where manifests are read: a policy may be beside them. */
export const ignoredPolicyRule: RuleEntry = {
  id: "policy-file/not-in-force",
  severity: "error",
  reason: "A policy beside manifests that is not the one in force refuses nothing, and nobody would notice.",
};

/** Checked when the file that it names is read. */
export const trustedRootRule: RuleEntry = {
  id: "policy-file/trusted-root",
  severity: "error",
  reason: "Without the keys of the certificate authority and the logs, no signature in a certificate can be verified.",
};
