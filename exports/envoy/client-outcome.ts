import { formatCidr } from "../../networks/cidr";
import { addEmbedded } from "../../networks/list-disjoint-prefixes";
import type { ClientAddressRule } from "../../routing/client-address";
import { ipv4Pattern, ipv6Pattern } from "../address-pattern";
import { NotExportable } from "../not-exportable";
import type { Outcomes } from "../outcomes";
import { headerMatches, type Part, typed } from "./envoy-part";

/** The header in which the address filter reports the outcome; values sent by clients are dropped. */
export const outcomeHeader = "x-mirrorform-outcome";

/** The value of that header for an outcome. */
export function tagOf(outcome: number): string {
  return `outcome${outcome}`;
}

/** How Envoy finds the client's address, and when it is trusted. */
export interface AddressParts {
  readonly connection: Part;
  /** Without an address, Envoy would use the peer; treat the client as unknown instead. */
  readonly isKnown?: Part;
}

/** @throws NotExportable if Envoy cannot follow the rule */
export function addressParts(rule: ClientAddressRule): AddressParts {
  const address = `[ \\t]*(?:${ipv4Pattern}|${ipv6Pattern})[ \\t]*`;
  switch (rule.from) {
    case "socket":
      return { connection: { use_remote_address: true } };
    case "forwarded":
      return {
        connection: { use_remote_address: true, xff_num_trusted_hops: rule.position, skip_xff_append: true },
        isKnown: headerMatches("x-forwarded-for", `(?:.*,)?${address}(?:,[^,]*){${rule.position - 1}}`),
      };
    case "header": {
      const extension = typed(
        "envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig",
        "envoy.http.original_ip_detection.custom_header",
        { header_name: rule.name, allow_extension_to_set_address_as_trusted: true },
      );
      return {
        connection: { use_remote_address: false, original_ip_detection_extensions: [extension] },
        isKnown: headerMatches(rule.name, address),
      };
    }
    case "cloudfront":
    case "azure-front-door":
      throw new NotExportable([
        {
          entry: "--client-address",
          problem: `Envoy cannot read the address from ${rule.from}`,
          fix: "Export for nginx, or use forwarded:N or header:NAME.",
        },
      ]);
  }
}

/** The filter that puts the number of the client's outcome into a header. */
export function ipTagging({ all, prefixes }: Outcomes): Part {
  const lists = all.map((): Part[] => []);
  for (const { cidr, label } of addEmbedded(prefixes, ["mapped", "6to4", "nat64"])) {
    lists[label]?.push({ address_prefix: formatCidr(cidr).replace(/\/.*/, ""), prefix_len: cidr.length });
  }
  const tags = lists.flatMap((list, outcome) =>
    list.length === 0 ? [] : [{ ip_tag_name: tagOf(outcome), ip_list: list }],
  );
  return typed("envoy.extensions.filters.http.ip_tagging.v3.IPTagging", "envoy.filters.http.ip_tagging", {
    request_type: "BOTH",
    ip_tag_header: { header: outcomeHeader, action: "SANITIZE" },
    ip_tags: tags,
  });
}
