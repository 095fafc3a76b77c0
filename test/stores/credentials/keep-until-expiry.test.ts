import { keepUntilExpiry } from "../../../stores/credentials/keep-until-expiry";

const minute = 60_000;
let time: number;
let issued: number;
let life: number;
let isDown: boolean;

async function obtain() {
  if (isDown) throw new Error("down");
  issued++;
  return { value: `token ${issued}`, until: time + life };
}

beforeEach(() => {
  time = 1_000_000;
  issued = 0;
  life = 60 * minute;
  isDown = false;
});

test.each([
  [60, 54, 56],
  [12, 8, 10],
  [4, 2, 3.1],
])("of %d minutes: kept for %d, renewed after %d", async (minutes, kept, renewed) => {
  life = minutes * minute;
  const get = keepUntilExpiry(obtain, () => time);
  expect(await get()).toBe("token 1");
  time += kept * minute;
  expect(await get()).toBe("token 1");
  time += (renewed - kept) * minute;
  expect(await get()).toBe("token 2");
});

test("callers at the same time share one request", async () => {
  const get = keepUntilExpiry(obtain, () => time);
  expect(await Promise.all([get(), get(), get()])).toEqual(["token 1", "token 1", "token 1"]);
});

test("if it cannot be renewed, the old one is used, except in its last minute", async () => {
  const get = keepUntilExpiry(obtain, () => time);
  await get();
  isDown = true;
  time += 56 * minute;
  expect(await get()).toBe("token 1");
  time += 3 * minute;
  await expect(get()).rejects.toThrow("down");
  isDown = false;
  expect(await get()).toBe("token 2");
});

test("while the endpoint is down, it is asked every ten seconds", async () => {
  const attempts = jest.fn(obtain);
  const get = keepUntilExpiry(attempts, () => time);
  await get();
  isDown = true;
  time += 56 * minute;
  for (let second = 0; second < 20; second++, time += 1_000) await get();
  expect(attempts).toHaveBeenCalledTimes(3);
});

test("a failure is not kept", async () => {
  isDown = true;
  const get = keepUntilExpiry(obtain, () => time);
  await expect(get()).rejects.toThrow("down");
  isDown = false;
  expect(await get()).toBe("token 1");
});

test("a signal ends one caller's wait", async () => {
  let issue = () => {};
  const get = keepUntilExpiry(
    () =>
      new Promise<{ value: string; until: number }>(
        (resolve) => (issue = () => resolve({ value: "a", until: Infinity })),
      ),
  );
  const limit = new AbortController();
  const one = get(limit.signal);
  const other = get();
  limit.abort(new Error("too late"));
  await expect(one).rejects.toThrow("too late");
  issue();
  expect(await other).toBe("a");
});
