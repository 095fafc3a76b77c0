import { itemsOf } from "../../document/draft";
import { findUrlProblem } from "../../networks/find-url-problem";
import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** Lists of ranges are fetched over https. */
export const networkBadUrl: Rule = {
  id: "network/bad-url",
  severity: "error",
  reason:
    "Anyone who can modify a list in transit can move clients, so lists are fetched over https (on loopback also http).",
  *check(draft) {
    for (const { provider, path } of providersOf(draft)) {
      for (const [index, network] of itemsOf(provider.networks)) {
        for (const field of ["cidr-list", "geofeed"] as const) {
          const url = field in network ? (network as Partial<Record<typeof field, string>>)[field] : undefined;
          const problem = url === undefined ? undefined : findUrlProblem(url);
          if (problem !== undefined) yield { path: [...path, "networks", index, field], ...problem };
        }
      }
    }
  },
};
