import { itemsOf } from "../../document/draft";
import { urlDoubt } from "../../networks/url-doubt";
import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** Lists of ranges are fetched from where nobody can change them on the way. */
export const networkBadUrl: Rule = {
  id: "network/bad-url",
  severity: "error",
  reason:
    "Whoever can change a list of ranges on its way can move clients: lists come by https (on loopback also http).",
  *check(draft) {
    for (const { provider, path } of providersOf(draft)) {
      for (const [index, network] of itemsOf(provider.networks)) {
        for (const field of ["cidr-list", "geofeed"] as const) {
          const url = field in network ? (network as Partial<Record<typeof field, string>>)[field] : undefined;
          const doubt = url === undefined ? undefined : urlDoubt(url);
          if (doubt !== undefined) yield { path: [...path, "networks", index, field], ...doubt };
        }
      }
    }
  },
};
