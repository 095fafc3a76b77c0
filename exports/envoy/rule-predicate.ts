import { queryPattern } from "../grammar/request-patterns";
import type { Rule } from "../grammar/rule";
import { all, headerMatches, not, type Part } from "./envoy-part";

/** A rule's request pattern, without the method. */
function targetPattern({ scope, pattern }: Rule): string {
  if (scope === "request") return `(?:${pattern})(?:${queryPattern})?`;
  return scope === "path" ? `(?:${pattern})(?:\\?.*)?` : pattern;
}

/** Whether a request matches a rule. */
export function predicateOf(rule: Rule): Part {
  const target = headerMatches(":path", targetPattern(rule));
  if (rule.methods === "options") return all([headerMatches(":method", "OPTIONS"), target]);
  const own = rule.methods === "others" ? not(headerMatches(":method", "GET|HEAD")) : rule.not ? not(target) : target;
  return rule.oci ? all([headerMatches(":path", "/v2(?:[/?].*)?"), own]) : own;
}
