import { MemoryBudget } from "../../../promotion/transfer/memory-budget";

test("parts are granted in order, as they become free; at most everything", async () => {
  const budget = new MemoryBudget(10);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const use = (name: string, bytes: number) =>
    budget.use(bytes, (granted) => {
      log.push(`${name} ${granted}`);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const all = [use("a", 6), use("b", 20), use("c", 1)];
  await new Promise(setImmediate);
  expect({ log, used: budget.used }).toEqual({ log: ["a 6"], used: 6 });
  ends[0]?.();
  await new Promise(setImmediate);
  expect({ log, used: budget.used }).toEqual({ log: ["a 6", "b 10"], used: 10 });
  ends[1]?.();
  await new Promise(setImmediate);
  expect({ log, used: budget.used }).toEqual({ log: ["a 6", "b 10", "c 1"], used: 1 });
  ends[2]?.();
  await Promise.all(all);
  expect(budget.used).toBe(0);
});
