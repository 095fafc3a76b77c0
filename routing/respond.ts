import { type Answer, answer, mirrorListAnswer } from "./answer";
import type { Conditions } from "./conditions";
import { type ClientRequest, type Decision, decide } from "./decide";
import { mirrorList } from "./mirror-list";
import type { RoutingTable } from "./routing-table";

/** A decision, and the HTTP answer that carries it. */
export interface Response {
  readonly decision: Decision;
  readonly answer: Answer;
}

/** The answer that carries a decision on a request. */
export function respondWith(
  decision: Decision,
  table: RoutingTable,
  { address }: ClientRequest,
  conditions: Conditions,
): Response {
  const { asked, status } = decision;
  if (asked.class !== "mirror-list" || status !== 200) return { decision, answer: answer(decision) };
  return { decision, answer: mirrorListAnswer(mirrorList(table, asked, address, conditions), asked.format) };
}

/** Decides and answers one request; used by every carrier. Never throws. */
export function respond(table: RoutingTable, request: ClientRequest, conditions: Conditions): Response {
  return respondWith(decide(table, request, conditions), table, request, conditions);
}
