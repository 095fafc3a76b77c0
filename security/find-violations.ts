import { type Described, describeResource, type Resource } from "./describe-resource";
import { matchesPattern } from "./matches-pattern";
import type { Condition, Rule } from "./rule";

/** Whether a rule is for a resource. */
export function isSubject(rule: Rule, resource: Resource): boolean {
  if (rule.types !== undefined && !rule.types.includes(resource.type)) return false;
  const described = describeResource(resource);
  if (Object.keys(rule.except ?? {}).some((pattern) => matchesPattern(pattern, described.$address))) return false;
  return (rule.when ?? []).every((condition) => findFailure(condition, described) === undefined);
}

/** What is wrong with a resource: a line for each condition that it does not meet. Empty if the rule is not for it. */
export function findViolations(rule: Rule, resource: Resource): string[] {
  if (!isSubject(rule, resource)) return [];
  const described = describeResource(resource);
  return rule.expect.flatMap((condition) => findFailure(condition, described) ?? []);
}

/** @returns undefined if the condition is met */
function findFailure(condition: Condition, described: Described): string | undefined {
  const { path, optional = false } = condition;
  const values = valuesAt(path.split("."), described);
  if ("absent" in condition) return values.length === 0 ? undefined : `${path} must be absent`;
  if (values.length === 0) return optional ? undefined : `${path} is missing`;
  const wrong = values.find((value) => !meets(condition, value));
  return wrong === undefined ? undefined : `${path} is ${JSON.stringify(wrong)}`;
}

function meets(condition: Exclude<Condition, { absent: true }>, value: unknown): boolean {
  if ("is" in condition) return condition.is.some((allowed) => allowed === value);
  return new RegExp(condition.matches).test(typeof value === "string" ? value : JSON.stringify(value));
}

/** Absent and null values, and empty lists, are no values. */
function valuesAt([name, ...rest]: readonly string[], value: unknown): unknown[] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
  if (name === undefined) return [value];
  if (name === "*") return [value].flat().flatMap((element) => valuesAt(rest, element));
  return typeof value === "object" ? valuesAt(rest, (value as Record<string, unknown>)[name]) : [];
}
