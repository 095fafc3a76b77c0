import { itemsOf } from "../../document/draft";
import { clientListsOf } from "../draft";
import type { Rule } from "../rule";

/** First and last number, and the purpose of the range. */
const reserved: readonly (readonly [number, number, string])[] = [
  [23456, 23456, "AS_TRANS (RFC 6793)"],
  [64512, 65534, "for private use (RFC 6996)"],
  [65535, 65535, "the last 16-bit number (RFC 7300)"],
  [4200000000, 4294967294, "for private use (RFC 6996)"],
];

/** ASNs can appear on the internet. */
export const networkReservedAsn: Rule = {
  id: "network/reserved-asn",
  severity: "warning",
  reason: "Reserved numbers never appear on the internet, so no client would match.",
  *check(draft) {
    for (const { path, entries } of clientListsOf(draft)) {
      for (const [index, entry] of entries) {
        for (const [item, asn] of "asn" in entry ? itemsOf(entry.asn) : []) {
          const range = reserved.find(([first, last]) => asn >= first && asn <= last);
          if (range === undefined) continue;
          const at = [...path, index, "asn", item];
          yield {
            path: at,
            message: `AS ${asn} is ${range[2]}`,
            fix: "Use the ASN that announces the network.",
          };
        }
      }
    }
  },
};
