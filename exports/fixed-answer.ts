import { type Answer, redirectHeaders } from "../routing/answer";
import type { RoutingTable } from "../routing/routing-table";
import type { AnswerRule, PageRule } from "./grammar/rule";

/** An answer that is the same for all clients, and where its texts are in the inventory, if they come from there. */
export interface FixedAnswer {
  readonly answer: Answer;
  readonly entry: string;
}

/** The answer to a rule's requests, for all clients. */
export function fixedAnswer(rule: PageRule | AnswerRule, { content }: RoutingTable): FixedAnswer {
  if ("answer" in rule) return { answer: rule.answer, entry: "" };
  const headers = { Location: content.pages[rule.page], ...redirectHeaders("page", false) };
  return { answer: { status: content.status, headers, body: "" }, entry: `project.${rule.page}` };
}
