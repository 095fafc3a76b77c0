import { itemsOf } from "../../document/draft";
import { clientListsOf } from "../draft";
import type { Rule } from "../rule";

/** First and last number, and what the range is for. */
const reserved: readonly (readonly [number, number, string])[] = [
  [23456, 23456, "AS_TRANS (RFC 6793)"],
  [64512, 65534, "for private use (RFC 6996)"],
  [65535, 65535, "the last 16-bit number (RFC 7300)"],
  [4200000000, 4294967294, "for private use (RFC 6996)"],
];

/** ASNs are such as clients on the internet can have. */
export const networkReservedAsn: Rule = {
  id: "network/reserved-asn",
  severity: "warning",
  reason: "Numbers for private use are never seen on the internet, so no client would be known by them.",
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
            fix: "Write the number under which it is announced.",
          };
        }
      }
    }
  },
};
