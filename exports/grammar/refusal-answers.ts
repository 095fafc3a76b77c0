import { type Answer, answer } from "../../routing/answer";
import { classify, type Refusal } from "../../routing/asked";
import type { Served } from "../../routing/routing-table";

/** Refusals that only configurations have. */
export const ownRefusals = {
  spelling: "Escape only what must be escaped: this spelling of the path is not supported here.",
  list: "Lists of mirrors are not served here.",
  unreadable: "This request is not well-formed, or has too many header lines.",
};

/** The answer that carries a refusal. */
export function refusalAnswer(refusal: Refusal): Answer {
  return answer({ asked: refusal, status: refusal.status, network: {}, personal: false });
}

/** The answer to a request that only configurations refuse. */
export function ownRefusalAnswer(status: 400 | 404, message: string, oci: boolean): Answer {
  const code = status === 400 ? "NAME_INVALID" : "UNSUPPORTED";
  return refusalAnswer({ class: "refused", status, code, message, oci });
}

/** The refusal for a request, independent of the client; built by the shared code. */
export function answerToRefused(served: Served, target: string, method = "GET"): Answer {
  const { asked } = classify({ method, target, served });
  if (asked.class !== "refused") throw new Error(`${method} ${target} should be refused, and is a ${asked.class}`);
  return refusalAnswer(asked);
}
