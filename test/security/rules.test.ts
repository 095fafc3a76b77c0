import type { Resource } from "../../security/describe-resource";
import { findViolations, isSubject } from "../../security/find-violations";
import { readRules } from "../../security/read-rules";
import type { Example, Rule } from "../../security/rule";
import { fixtureStacks, resourcesIn } from "./fixture-stacks";

const rules = readRules();
const inventories = ["small", "promotion", "choices", "github", "gitlab"] as const;
const stacks = inventories.flatMap((inventory) => Object.values(fixtureStacks(inventory)));
const resources = stacks.flatMap(resourcesIn);

/** Rules for what no fixture has, or no stack creates yet. */
const idleRules = [
  "container-app",
  "force-destroy",
  "front-door-firewall",
  "front-door-origin",
  "front-door-route",
  "front-door-tls",
  "lambda-url",
  "public-lists",
];

function resourceOf({ types }: Rule, { type = types?.[0] ?? "", name = "example", ...body }: Example): Resource {
  return { type, name: String(name), body: { name, ...body } };
}

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (_, rule) => {
  test("no resource of the fixtures breaks it", () => {
    const broken = resources.flatMap((resource) =>
      findViolations(rule, resource).map((violation) => `${resource.type}.${resource.name}: ${violation}`),
    );
    expect(broken).toEqual([]);
  });

  test("it tells its examples apart", () => {
    const { good, bad } = rule.examples;
    expect(good.filter((example) => findViolations(rule, resourceOf(rule, example)).length > 0)).toEqual([]);
    expect(bad.filter((example) => findViolations(rule, resourceOf(rule, example)).length === 0)).toEqual([]);
  });
});

test("every rule is for some resource of the fixtures, except for these", () => {
  const idle = rules.filter((rule) => !resources.some((resource) => isSubject(rule, resource))).map(({ id }) => id);
  expect(idle).toEqual(idleRules);
});

test("every exception is for some resource", () => {
  const unneeded = rules.flatMap(({ except = {}, ...rule }) =>
    Object.entries(except).flatMap(([pattern, reason]) => {
      const only = { ...rule, except: { [pattern]: reason } };
      return resources.some((each) => isSubject(rule, each) && !isSubject(only, each))
        ? []
        : [`${rule.id}: ${pattern}`];
    }),
  );
  expect(unneeded).toEqual([]);
});
