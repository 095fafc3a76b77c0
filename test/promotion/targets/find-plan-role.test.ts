import type { DeployedFacts } from "../../../facts/deployed-facts";
import type { Inventory } from "../../../inventory/inventory";
import { findPlanRole } from "../../../promotion/targets/find-plan-role";
import { placeStores } from "../../../promotion/targets/place-stores";
import { usualIdentities } from "../../../promotion/targets/usual-identities";
import { readPromotionInventory } from "../../inventory/promotion-fixture";

const on = readPromotionInventory();
const { planSubject, ...github } = on.promotion.runsIn.github ?? { repository: "", subject: "" };
const off: Inventory = { ...on, promotion: { ...on.promotion, runsIn: { ...on.promotion.runsIn, github } } };

const token = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.actions.example.org/" };
const pullRequest = { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request" };

test("pull requests have a subject of their own", () => {
  expect(planSubject).toBe("repo:example-org@123456/artifacts@456789:pull_request");
});

test.each([
  ["a laptop", {}, on, "promoter"],
  ["a scheduled job", { ...pullRequest, ...token, GITHUB_EVENT_NAME: "schedule" }, on, "promoter"],
  ["another CI system with such a variable", { GITHUB_EVENT_NAME: "pull_request", ...token }, on, "promoter"],
  ["a pull request of a branch", { ...pullRequest, ...token }, on, "planner"],
  ["a pull request from a fork, which gets no token", pullRequest, on, "none"],
  ["a pull request, without a planner in the inventory", { ...pullRequest, ...token }, off, "none"],
] as const)("%s", (_, environment, inventory, role) => {
  expect(findPlanRole(environment, inventory)).toBe(role);
});

const facts: DeployedFacts = {
  azure: {
    promoter: { client: "promoting-client", tenant: "the-tenant" },
    planner: { client: "planning-client", tenant: "the-tenant" },
  },
};

test.each([
  ["promoter", "arn:aws:iam::123456789012:role/artifacts-aws-promoter", "promoting-client"],
  ["planner", "arn:aws:iam::123456789012:role/artifacts-aws-planner", "planning-client"],
  ["none", undefined, undefined],
] as const)("the identities of: %s", (role, awsRole, client) => {
  const identitiesAt = (key: string) => {
    const provider = on.providers.find((each) => each.key === key);
    if (provider === undefined) throw new Error(`there is no ${key}`);
    return usualIdentities(on, facts, provider, role);
  };
  expect([identitiesAt("aws").awsRole, identitiesAt("azure").azure?.client]).toEqual([awsRole, client]);
  expect(identitiesAt("google")).toEqual({});
});

test("no store of a plan is opened as the promoter", () => {
  for (const role of ["planner", "none"] as const) {
    expect(JSON.stringify(placeStores(on, facts, role))).not.toMatch(/-promoter|promoting-client/);
  }
});
