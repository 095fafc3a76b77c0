import type { RuleEntry } from "../document/rule";
import { staleAfterDays } from "../networks/stale-after";

/** The rules of a project as a whole: its inventory together with the published ranges and the deployed facts. */
export const projectRules = {
  unreadable: {
    id: "ranges/unreadable",
    severity: "error",
    reason: "Without the published ranges that the inventory names, a provider's clients cannot be identified.",
  },
  absent: {
    id: "ranges/absent",
    severity: "warning",
    reason: "An ASN or country without known prefixes has no clients. The ranges may be older than the claim.",
  },
  stale: {
    id: "ranges/stale",
    severity: "warning",
    reason: `AWS and Azure publish new ranges every week. After ${staleAfterDays} days, many newer networks are missing.`,
  },
  overLimit: {
    id: "provider/at-most",
    severity: "error",
    reason:
      "A donor's list that covers much of the address space is damaged or hostile: it would take the clients of all other providers.",
  },
  overlap: {
    id: "network/overlap",
    severity: "warning",
    reason: "A client that two providers claim is sent to only one of them, and both should know.",
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
      "Until a store is deployed, someone else may own its name. Until it is filled, it is empty. And CloudFront chooses the names of distributions. So only what `deployed.yaml` lists gets clients.",
  },
  originNotDeployed: {
    id: "origin/not-deployed",
    severity: "warning",
    reason:
      "Before the first deployment the origin has no address. Everything can be synthesized and tried, but redirectors answer 503 where only the origin could serve.",
  },
  originNotFilled: {
    id: "origin/not-filled",
    severity: "error",
    reason:
      "Everything that no mirror has comes from the origin. An empty origin has nothing, and the cloud would copy from it. So a new origin is filled and verified before it becomes the origin.",
  },
  movedAtOnce: {
    id: "primary/moved-at-once",
    severity: "error",
    reason:
      "Origin and primary move in two reviewed changes: the first lists the new store as filled and verified, the second makes it the origin or primary. In one change, nobody could have looked.",
  },
  primaryNotDeployed: {
    id: "primary/not-deployed",
    severity: "error",
    reason: "The cloud copies the primary's bucket over the provider's others. An empty primary would overwrite them.",
  },
  projectRenamed: {
    id: "project/renamed",
    severity: "error",
    reason:
      "The project's name is part of the name of every bucket, registry, role and service. Another name replaces all of them, with everything in them.",
  },
  providerGone: {
    id: "provider/gone",
    severity: "error",
    reason:
      "A provider's key is part of its stacks' names. Without its entry, its stacks are no longer synthesized, and its resources stay, unmanaged and paid for. Under another key, everything is created again.",
  },
  accountChanged: {
    id: "provider/account-changed",
    severity: "error",
    reason: "Resources cannot move to another account, project or subscription: they would be created again, empty.",
  },
  stateMoved: {
    id: "provider/state-moved",
    severity: "error",
    reason:
      "Terraform knows only what its state says. With an empty state it creates everything again, and fails where names are taken.",
  },
  zoneChanged: {
    id: "dns/zone-changed",
    severity: "error",
    reason: "A zone under another name is another zone, with other name servers. The old one would be destroyed.",
  },
  factsLost: {
    id: "facts/lost",
    severity: "error",
    reason:
      "A store that `deployed.yaml` forgets gets no clients, and may be destroyed without having been retired; a forgotten address takes a host's record out of the zone. `validate --base` compares with the commit before.",
  },
  baseUnreadable: {
    id: "base/unreadable",
    severity: "warning",
    reason: "What today's rules refuse in the base commit cannot explain a loss, and cannot be compared.",
  },
} as const satisfies Record<string, RuleEntry>;
