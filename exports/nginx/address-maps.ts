import { addressBits, formatCidr } from "../../networks/cidr";
import { addEmbedded } from "../../networks/list-disjoint-prefixes";
import type { ClientAddressRule } from "../../routing/client-address";
import { ipv4Pattern, ipv6Pattern } from "../address-pattern";
import type { Outcomes } from "../outcomes";
import { nginxRegex } from "./nginx-regex";

/** An address as `clientAddress` finds it in a text, with an optional port, brackets or zone. */
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

/** The client's address, or an empty string; undefined if nginx itself has it. */
export function addressMap(rule: ClientAddressRule): string {
  if (rule.from === "socket") return "";
  const { source, patterns } = addressSource(rule);
  const lines = patterns.map((pattern) => `        ${nginxRegex(pattern)} $client_address;`);
  return `    map ${source} $client {\n        default "";\n${lines.join("\n")}\n    }\n`;
}

type OutcomePrefix = Outcomes["prefixes"][number];

/**
 * The number of the outcome for a client. IPv4 addresses are looked up by ranges, which nginx finds in a table indexed by the
 * first half of the address. For IPv6 it has no such table (ngx_http_geo_module), and walks a tree bit by bit.
 */
export function outcomeMaps({ prefixes }: Outcomes, rule: ClientAddressRule): string {
  const client = rule.from === "socket" ? "" : "$client ";
  const ipv4 = ipv4Ranges(prefixes).map(
    ([first, last, label]) => `        ${formatIPv4(first)}-${formatIPv4(last)} ${label};\n`,
  );
  const ipv6 = addEmbedded(prefixes, ["6to4", "nat64"])
    .filter(({ cidr }) => addressBits(cidr) === 128)
    .map(({ cidr, label }) => `        ${formatCidr(cidr)} ${label};\n`);
  return `    geo ${client}$outcome_of_ipv4 {
        ranges;
        default 0;
${ipv4.join("")}    }
    geo ${client}$outcome_of_ipv6 {
        default 0;
${ipv6.join("")}    }
    map $outcome_of_ipv4 $outcome {
        default $outcome_of_ipv4;
        0 $outcome_of_ipv6;
    }
`;
}

/** nginx looks up 255.255.255.255 if the text is not an IPv4 address (ngx_http_geo_module: INADDR_NONE). */
const lastIPv4 = 2 ** 32 - 2;

/** The IPv4 prefixes as address ranges; neighbours with the same outcome are merged. */
function ipv4Ranges(prefixes: readonly OutcomePrefix[]): [first: number, last: number, label: number][] {
  const ranges: [number, number, number][] = [];
  for (const { cidr, label } of prefixes) {
    if (addressBits(cidr) === 128) continue;
    const [high = 0, low = 0] = cidr.groups;
    const first = high * 0x10000 + low;
    const last = Math.min(first + 2 ** (32 - cidr.length) - 1, lastIPv4);
    const before = ranges.at(-1);
    if (before !== undefined && before[1] + 1 === first && before[2] === label) before[1] = last;
    else if (first <= last) ranges.push([first, last, label]);
  }
  return ranges;
}

function formatIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
