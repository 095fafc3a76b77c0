import { placeTableBucket } from "../../../promotion/targets/place-table-bucket";
import { readPromotionInventory } from "../../inventory/promotion-fixture";

test("the routing table's bucket, where the redirector runs", () => {
  const inventory = readPromotionInventory();
  expect(placeTableBucket(inventory, {})).toEqual({ at: "google", bucket: "artifacts-gcp-routing-table" });
  const at = (runsAt: typeof inventory.redirector.runsAt) =>
    placeTableBucket({ ...inventory, redirector: { ...inventory.redirector, runsAt } }, {});
  expect(at([{ provider: "aws", regions: [] }])).toMatchObject({ at: "aws", bucket: "artifacts-aws-routing-table" });
  expect(at([])).toBeUndefined();
});

test("at Google there is none without an image of the redirector, because its stack is omitted", () => {
  const inventory = readPromotionInventory();
  const { image, ...redirector } = inventory.redirector;
  const runsAt = [...redirector.runsAt, { provider: "aws", regions: [] }];
  expect(placeTableBucket({ ...inventory, redirector: { ...redirector, runsAt } }, {})).toMatchObject({ at: "aws" });
});
