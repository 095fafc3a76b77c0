import type { Inventory } from "../inventory/inventory";

/** Whether anything may act as the promoter. If not, there is no identity, and no store grants it anything. */
export function hasPromoter({ promotion: { runsIn } }: Inventory): boolean {
  return runsIn.github !== undefined || runsIn.cloudRun !== undefined;
}
