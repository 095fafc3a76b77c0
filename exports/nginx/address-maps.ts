import { formatCidr } from "../../networks/cidr";
import { addEmbedded } from "../../networks/list-disjoint-prefixes";
import type { ClientAddressRule } from "../../routing/client-address";
import { ipv4Pattern, ipv6Pattern } from "../address-pattern";
import type { Outcomes } from "../outcomes";
import { nginxRegex } from "./nginx-regex";

/** An address as `clientAddress` finds it in a text, with what may stand beside it. */
const addressForms = [
  `(?<client_address>${ipv4Pattern})(?::[0-9]{1,5})?`,
  `(?<client_address>${ipv6Pattern})(?:%[A-Za-z0-9_.~-]{1,50})?`,
  `\\[(?<client_address>${ipv4Pattern}|${ipv6Pattern})(?:%[A-Za-z0-9_.~-]{1,50})?\\](?::[0-9]{1,5})?`,
];

function headerVariable(name: string): string {
  return `$http_${name.replaceAll("-", "_")}`;
}

/** The variable that an address is read from, and the regular expressions that find it there. */
function addressSource(rule: ClientAddressRule): { readonly source: string; readonly patterns: readonly string[] } {
  const blank = "[ \\t]*";
  switch (rule.from) {
    case "socket":
      return { source: "", patterns: [] };
    case "forwarded": {
      const behind = rule.position === 1 ? "" : `(?:,[^,]*){${rule.position - 1}}`;
      const patterns = addressForms.map((form) => `(?:^|,)${blank}${form}${blank}${behind}$`);
      return { source: "$http_x_forwarded_for", patterns };
    }
    case "header":
      return {
        source: headerVariable(rule.name),
        patterns: addressForms.map((form) => `^${blank}${form}${blank}$`),
      };
    case "cloudfront":
      return {
        source: "$http_cloudfront_viewer_address",
        patterns: [`^(?<client_address>${ipv4Pattern}|${ipv6Pattern}):[0-9]{1,5}$`],
      };
    case "azure-front-door":
      return {
        source: '"$http_x_azure_fdid $http_x_azure_socketip"',
        patterns: addressForms.map((form) => `^(?i:${rule.id})${blank}${form}${blank}$`),
      };
    default:
      return rule satisfies never;
  }
}

/** The client's address, or an empty text; nothing where nginx has it by itself. */
export function addressMap(rule: ClientAddressRule): string {
  if (rule.from === "socket") return "";
  const { source, patterns } = addressSource(rule);
  const lines = patterns.map((pattern) => `        ${nginxRegex(pattern)} $client_address;`);
  return `    map ${source} $client {\n        default "";\n${lines.join("\n")}\n    }\n`;
}

/** The number of the outcome for a client. */
export function outcomeMap({ prefixes }: Outcomes, rule: ClientAddressRule): string {
  const lines = addEmbedded(prefixes, ["6to4", "nat64"]).map(
    ({ cidr, label }) => `        ${formatCidr(cidr)} ${label};`,
  );
  const client = rule.from === "socket" ? "" : "$client ";
  // nginx looks for 255.255.255.255 where the text is no address (ngx_http_geo_module: INADDR_NONE), and takes no prefix
  // of it alone.
  const none = "        255.255.255.254/31 0;";
  return `    geo ${client}$outcome {\n        default 0;\n${[...lines, none].join("\n")}\n    }\n`;
}
