import type { Decision } from "../../routing/decide";

/**
 * Why a client is answered as it is, in one word of a small fixed set: the grade of the chosen mirror's standing, or,
 * where no mirror answers, what was asked for (`ping`, `page`, `mirror-list`), `refused`, or `no-origin` where only the
 * origin could answer and has no address.
 */
export function decisionReason({ asked, grade, status }: Decision): string {
  return grade ?? (status === 503 ? "no-origin" : asked.class);
}
