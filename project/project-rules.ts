import type { RuleEntry } from "../document/rule";
import { staleAfterDays } from "../networks/stale-after";

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
    reason: `AWS and Azure publish new ranges every week; after ${staleAfterDays} days newer networks are not known.`,
  },
  overLimit: {
    id: "provider/at-most",
    severity: "error",
    reason:
      "A donor's list that covers much of the address space is damaged or hostile: it would take everybody's clients.",
  },
  overlap: {
    id: "network/overlap",
    severity: "warning",
    reason: "A client that two providers claim is sent to only one of them: both should know.",
  },
  insideFeed: {
    id: "network/inside-feed",
    severity: "warning",
    reason:
      "A cloud's own feed outranks other providers' prefixes inside it, so such a claim has no effect without `inside`.",
  },
  notDeployed: {
    id: "mirror/not-deployed",
    severity: "warning",
    reason:
      "Until a store is deployed, somebody else may own its name; until it is filled, it has nothing; and CloudFront chooses the names of distributions. So clients are only sent to what `deployed.yaml` lists.",
  },
  originNotDeployed: {
    id: "origin/not-deployed",
    severity: "warning",
    reason:
      "Before the first deployment the origin has no address. Everything can be synthesized and tried, but redirectors answer 503 where only the origin could serve.",
  },
  primaryNotDeployed: {
    id: "primary/not-deployed",
    severity: "error",
    reason:
      "The cloud copies the primary's bucket over the provider's others. An unfilled primary would replace what they hold.",
  },
} as const satisfies Record<string, RuleEntry>;
