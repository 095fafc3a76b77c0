import type { Decision } from "../../../routing/decide";

/**
 * Why a client is answered as it is, in one word of a small fixed set: the grade of the chosen mirror's standing, or,
 * where no mirror answers, what was asked for (`ping`, `page`, `mirror-list`) or `refused`.
 */
export function decisionReason({ asked, grade }: Decision): string {
  return grade ?? asked.class;
}
