import type { Inventory } from "../../inventory/inventory";
import { resolvePromotion } from "../../inventory/resolve-promotion";

/** What an inventory without `staging` and `promotion` has. */
export const withoutPromotion: Pick<Inventory, "staging" | "promotion"> = {
  staging: [],
  promotion: resolvePromotion(),
};
