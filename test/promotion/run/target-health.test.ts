import { TargetHealth } from "../../../promotion/run/target-health";
import { SourceFailure } from "../../../promotion/transfer/source-failure";
import { StoreError, type StoreFault } from "../../../stores/store-error";

async function fail(health: TargetHealth, error: Error): Promise<void> {
  await health.watch("a", () => Promise.reject(error)).catch(() => {});
}

test.each<[StoreFault, boolean]>([
  ["transient", true],
  ["throttled", true],
  ["denied", true],
  ["refused", true],
  ["absent", false],
  ["exists", false],
  ["corrupt", false],
  ["unsupported", false],
])("a target that only answers %s is given up: %p", async (fault, isBroken) => {
  const health = new TargetHealth(2);
  await fail(health, new StoreError("one", fault));
  expect(health.isBroken("a")).toBe(false);
  await fail(health, new StoreError("two", fault));
  expect(health.isBroken("a")).toBe(isBroken);
  expect([...health.broken]).toEqual(isBroken ? [["a", "two"]] : []);
});

test("a success starts the count again; the source's failures and programming errors do not count", async () => {
  const health = new TargetHealth(2);
  await fail(health, new StoreError("one", "denied"));
  await health.watch("a", async () => {});
  await fail(health, new StoreError("two", "denied"));
  await fail(health, new SourceFailure("three", "transient"));
  await fail(health, new TypeError("four"));
  expect(health.isBroken("a")).toBe(false);
});

test("a target that was given up gets no more work; the others do", async () => {
  const health = new TargetHealth(1);
  await fail(health, new StoreError("down", "transient"));
  const work = jest.fn(async () => "done");
  await expect(health.watch("a", work)).rejects.toThrow("a was given up for this run after 1 failures, the last: down");
  expect(work).not.toHaveBeenCalled();
  expect(await health.watch("b", work)).toBe("done");
});
