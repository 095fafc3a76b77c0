import type { RuleEntry } from "./rule";

/** The rules about a project as a whole: its inventory with the published ranges and the deployed facts beside it. */
export const projectRules = {
  unreadable: {
    id: "ranges/unreadable",
    severity: "error",
    reason: "Without the published ranges that the inventory names, the clients of a provider cannot be told.",
  },
  absent: {
    id: "ranges/absent",
    severity: "warning",
    reason: "An ASN or country of which no prefix is known claims nobody; the ranges may be older than the claim.",
  },
  stale: {
    id: "ranges/stale",
    severity: "warning",
    reason: "AWS and Azure publish new ranges every week; after 30 days newer networks are not known.",
  },
  notDeployed: {
    id: "mirror/not-deployed",
    severity: "warning",
    reason: "CloudFront chooses a distribution's name; until `deployed.yaml` has it, no client can be sent there.",
  },
} as const satisfies Record<string, RuleEntry>;
