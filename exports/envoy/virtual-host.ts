import { hostPattern } from "../../routing/requested-place";
import type { RoutingTable } from "../../routing/routing-table";
import { noPlaceRules } from "../grammar/request-refusals";
import { isContentRule, type Rule } from "../grammar/rule";
import { mirrorsOf, type Outcomes } from "../outcomes";
import type { Site } from "../site";
import { outcomeHeader, tagOf } from "./client-outcome";
import { all, headerInput, headerMatches, not, type Part } from "./envoy-part";
import { contentAction, fixedAction } from "./route-actions";
import { predicateOf } from "./rule-predicate";

/** The responses to a rule's requests, by outcome. */
function answerOf(rule: Rule, outcomes: Outcomes, table: RoutingTable, isKnown: Part | undefined): Part {
  if (!isContentRule(rule)) return fixedAction(rule, table);
  const actions = mirrorsOf(outcomes, table, rule.of).map((mirror) => contentAction(rule, mirror, table));
  const [unknown = {}] = actions;
  const texts = actions.map((action) => JSON.stringify(action));
  const others = actions.flatMap((action, number) =>
    texts[number] === texts[0] ? [] : [[tagOf(number), action] as const],
  );
  if (others.length === 0) return unknown;
  const tree = {
    matcher_tree: { input: headerInput(outcomeHeader), exact_match_map: { map: Object.fromEntries(others) } },
    on_no_match: unknown,
  };
  if (isKnown === undefined) return { matcher: tree };
  const matchers = [{ predicate: not(isKnown), on_match: unknown }];
  return { matcher: { matcher_list: { matchers }, on_no_match: { matcher: tree } } };
}

/** The answers to the requests of one site. */
export function virtualHost(site: Site, outcomes: Outcomes, table: RoutingTable, isKnown: Part | undefined): Part {
  const noHost = not(headerMatches(":authority", hostPattern));
  const rules = [
    ...noPlaceRules.map((rule) => ({ rule, predicate: all([noHost, predicateOf(rule)]) })),
    ...site.rules.map((rule) => ({ rule, predicate: predicateOf(rule) })),
  ];
  const matchers = rules.map(({ rule, predicate }) => ({
    predicate,
    on_match: answerOf(rule, outcomes, table, isKnown),
  }));
  return {
    name: site.id,
    // Envoy ignores a port, but not an empty one.
    domains: site.hosts.length === 0 ? ["*"] : site.hosts.flatMap((host) => [host, `${host}:`, `${host}.:`]),
    matcher: { matcher_list: { matchers } },
  };
}
