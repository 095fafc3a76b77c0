import type { RuleEntry } from "../document/rule-entry";

/** The rules of `deployed.yaml`, by what a key of it names. The reader of the file checks them. */
export const deployedFactsRules = {
  provider: {
    id: "facts/unknown-provider",
    severity: "warning",
    reason: "Deployed facts of a provider that the inventory does not have are left over from one, or misspelt.",
  },
  region: {
    id: "facts/unknown-region",
    severity: "warning",
    reason: "Deployed facts of a region that the inventory does not have are left over from one, or misspelt.",
  },
  host: {
    id: "facts/unknown-host",
    severity: "warning",
    reason: "Deployed facts of a host that the inventory does not have are left over from one, or misspelt.",
  },
  misplaced: {
    id: "facts/misplaced",
    severity: "error",
    reason:
      "Deployed facts become DNS records and hosts of redirects. A fact under the wrong cloud, region or host sends clients to the wrong place.",
  },
  otherProject: {
    id: "facts/other-project",
    severity: "error",
    reason:
      "If most stores of a `deployed.yaml` are not in the inventory, the file belongs to another project; the one shipped with this project, for example.",
  },
  used: {
    id: "facts/used-without-credits",
    severity: "warning",
    reason: "What was used is held against the monthly credits; a provider without credits has no limit to come to.",
  },
  store: {
    id: "mirror/vanished",
    severity: "error",
    reason:
      "Terraform destroys what its configuration no longer has, and `prevent_destroy` goes with it (https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle): a store that holds data leaves the inventory only after it was retired.",
  },
} as const satisfies Record<string, RuleEntry>;
