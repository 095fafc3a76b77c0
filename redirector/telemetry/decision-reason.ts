import type { Decision } from "../../routing/decide";

/**
 * The reason for an answer, as one word of a small fixed set: the grade of the chosen mirror, or if no mirror
 * answers, what was requested (`ping`, `page`, `mirror-list`), `refused`, `withdrawn`, or `no-origin` if only the
 * origin could answer and it has no address.
 */
export function decisionReason({ asked, grade, status, withdrawn }: Decision): string {
  if (withdrawn !== undefined) return "withdrawn";
  return grade ?? (status === 503 ? "no-origin" : asked.class);
}
