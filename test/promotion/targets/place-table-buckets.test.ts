import { placeTableBuckets } from "../../../promotion/targets/place-table-buckets";
import { readPromotionInventory } from "../../inventory/promotion-fixture";

const google = { at: "google", bucket: "artifacts-gcp-routing-table" };
const aws = { at: "aws", bucket: "artifacts-aws-routing-table" };

test("the routing table's buckets, where the redirector runs, in this order", () => {
  const inventory = readPromotionInventory();
  expect(placeTableBuckets(inventory, {})).toEqual([google]);
  const at = (...providers: readonly string[]) => {
    const runsAt = providers.map((provider) => ({ provider, regions: [] }));
    return placeTableBuckets({ ...inventory, redirector: { ...inventory.redirector, runsAt } }, {});
  };
  expect(at("aws")).toMatchObject([aws]);
  expect(at("aws", "google", "aws")).toMatchObject([aws, google]);
  expect(at()).toEqual([]);
});

test("at Google there is none without an image of the redirector, because its stack is omitted", () => {
  const inventory = readPromotionInventory();
  const { image, ...redirector } = inventory.redirector;
  const runsAt = [...redirector.runsAt, { provider: "aws", regions: [] }];
  expect(placeTableBuckets({ ...inventory, redirector: { ...redirector, runsAt } }, {})).toMatchObject([aws]);
});
