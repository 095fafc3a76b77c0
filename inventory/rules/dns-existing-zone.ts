import { itemsOf, membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** How each cloud identifies a zone: Route 53 by an id (API, `ResourceId`), Cloud DNS by the managed zone's name (API, `ManagedZone`). */
const forms = {
  aws: { pattern: /^Z[A-Z0-9]{1,31}$/, form: "a hosted zone's id, such as Z0123456789ABCDEFGHIJ" },
  google: { pattern: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, form: "a managed zone's name, such as example-org" },
} as const;

/** An existing zone is written as its cloud identifies it, at a provider that publishes it. */
export const dnsExistingZone: Rule = {
  id: "dns/existing-zone",
  severity: "error",
  reason:
    "Records can only be added to a zone in the provider's own account or project, by its id (Route 53) or name (Cloud DNS).",
  *check(draft) {
    const { dns, providers } = draft;
    if (dns === undefined) return;
    const published = dns["published-at"] ?? ("published-at" in dns ? undefined : []);
    for (const [key, zone] of membersOf(dns.existing)) {
      const path = ["dns", "existing", key];
      const cloud = providers?.[key]?.cloud;
      if (published !== undefined && itemsOf(published).every(([, name]) => name !== key)) {
        const fix = cloud === "aws" || cloud === "google" ? `Add ${key} to published-at.` : "Remove it.";
        yield { path, target: "key", message: `the zone is not published at a provider "${key}"`, fix };
        continue;
      }
      if (cloud !== "aws" && cloud !== "google") continue;
      const { pattern, form } = forms[cloud];
      if (pattern.test(zone)) continue;
      yield { path, message: `${JSON.stringify(zone)} is not ${form}`, fix: `Write ${form}.` };
    }
  },
};
