import type { Inventory } from "../../inventory/inventory";
import type { PromotionRole } from "./promotion-role";

/**
 * Finds whose identities a plan uses. The tokens of GitHub's pull requests have a subject of their own, which only the planner trusts,
 * if there is one; those from forks get no token at all (GitHub, "OpenID Connect reference"). Everywhere else a plan reads as the
 * promoter.
 */
export function findPlanRole(environment: NodeJS.ProcessEnv, { promotion }: Inventory): PromotionRole {
  const { GITHUB_ACTIONS, GITHUB_EVENT_NAME, ACTIONS_ID_TOKEN_REQUEST_URL } = environment;
  if (GITHUB_ACTIONS !== "true" || GITHUB_EVENT_NAME !== "pull_request") return "promoter";
  return promotion.runsIn.github?.planSubject !== undefined && ACTIONS_ID_TOKEN_REQUEST_URL ? "planner" : "none";
}
