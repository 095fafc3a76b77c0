import type { Inventory } from "../../../inventory/inventory";
import { placeLease } from "../../../promotion/targets/place-lease";
import { readPromotionInventory } from "../../inventory/promotion-fixture";

const inventory = readPromotionInventory();

function withRedirector(changes: Partial<Inventory["redirector"]>): Inventory {
  return { ...inventory, redirector: { ...inventory.redirector, ...changes } };
}

test("the lease is in the bucket of the first provider that has a routing table", () => {
  expect(placeLease(inventory, {})).toEqual({ at: "google", bucket: "artifacts-gcp-routing-table" });
});

test("at AWS in the region of its state, as the promoter", () => {
  const place = placeLease(withRedirector({ runsAt: [{ provider: "aws", regions: ["us-east-1"] }] }), {});
  expect(place).toMatchObject({ at: "aws", bucket: "artifacts-aws-routing-table", region: expect.any(String) });
});

test("without a redirector at a cloud there is none", () => {
  expect(placeLease(withRedirector({ runsAt: [] }), {})).toBeUndefined();
});
