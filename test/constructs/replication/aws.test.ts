import fc from "fast-check";
import { replicationPriority } from "../../../constructs/replication/aws";
import { regions } from "../../../inventory/region";

test("every AWS region has a different priority", () => {
  const known = regions.filter(({ cloud }) => cloud === "aws").map(({ region }) => replicationPriority(region));
  expect(known.length).toBeGreaterThan(30);
  expect(new Set(known).size).toBe(known.length);
});

test("S3 accepts every priority", () => {
  fc.assert(
    fc.property(fc.string(), (region) => {
      const priority = replicationPriority(region);
      return Number.isInteger(priority) && priority >= 0 && priority < 2 ** 20;
    }),
  );
});
