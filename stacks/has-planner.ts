import type { Inventory } from "../inventory/inventory";

/** Whether plans of pull requests have an identity. If not, no store grants it anything. */
export function hasPlanner({ promotion: { runsIn } }: Inventory): boolean {
  return runsIn.github?.planSubject !== undefined;
}
