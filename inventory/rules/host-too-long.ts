import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** RFC 5280, appendix A.1, `ub-common-name`; ACM applies it to a certificate's first name. */
const longestCommonName = 64;

/** Host names fit into a certificate. */
export const hostTooLong: Rule = {
  id: "host/too-long",
  severity: "error",
  reason:
    "A certificate's common name has at most 64 characters (RFC 5280, appendix A.1), and ACM uses the host as the common name (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html).",
  *check(draft) {
    for (const [host] of membersOf(draft.hosts)) {
      if (host.length <= longestCommonName) continue;
      const message = `${host} has ${host.length} characters; a certificate allows at most ${longestCommonName}`;
      yield { path: ["hosts", host], target: "key", message, fix: "Choose a shorter name." };
    }
  },
};
