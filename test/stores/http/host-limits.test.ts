import { setImmediate } from "node:timers/promises";
import { HostLimits } from "../../../stores/http/host-limits";

/** A clock that stands still until a wait moves it. */
function fakeClock() {
  let time = 5_000;
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    wait: async (milliseconds: number) => {
      waits.push(milliseconds);
      time += milliseconds;
    },
    move: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

/** Work that ends when the test ends it. */
function openWork() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  return { ends, work };
}

const limitsOf = (concurrent: number, perSecond: number, clock = fakeClock()) =>
  new HostLimits(() => ({ concurrent, perSecond }), clock);

test("a limited number of requests run at once at a host, and each host has its own limit", async () => {
  const limits = limitsOf(2, 1_000);
  const { ends, work } = openWork();
  const all = [1, 2, 3].map(() => limits.run("one", "other", work));
  const other = limits.run("two", "other", work);
  await setImmediate();
  expect(ends).toHaveLength(3);
  ends[0]?.();
  await setImmediate();
  expect(ends).toHaveLength(4);
  for (const end of ends) end();
  await Promise.all([...all, other]);
});

test("uploads do not take the place of the reads that they may wait for", async () => {
  const limits = limitsOf(1, 1_000);
  const read = () => limits.run("one", "other", async () => "read");
  const upload = limits.run("one", "upload", read);
  expect(await upload).toBe("read");
});

test("requests start at the rate, after a burst of a second's worth", async () => {
  const clock = fakeClock();
  const limits = limitsOf(100, 10, clock);
  const start = () => limits.run("one", "other", async () => {});
  for (let count = 0; count < 10; count++) await start();
  expect(clock.waits).toEqual([]);
  for (let count = 0; count < 3; count++) await start();
  expect(clock.waits).toEqual([100, 100, 100]);
  clock.move(60_000);
  for (let count = 0; count < 10; count++) await start();
  expect(clock.waits).toHaveLength(3);
});

test("a pause of a host holds all its requests, also a second pause that ends later", async () => {
  const limits = limitsOf(10, 1_000);
  const { ends, work } = openWork();
  const pauses = [limits.pause("one", work), limits.pause("one", work)];
  const seen: string[] = [];
  const run = (host: string) => limits.run(host, "other", async () => seen.push(host));
  const held = run("one");
  await run("two");
  ends[0]?.();
  await setImmediate();
  expect(seen).toEqual(["two"]);
  ends[1]?.();
  await Promise.all([...pauses, held]);
  expect(seen).toEqual(["two", "one"]);
});

test("an abort ends the wait for a pause at once, which goes on for the others", async () => {
  const limits = limitsOf(1, 1_000);
  const { ends, work } = openWork();
  const pause = limits.pause("one", work);
  const abort = new AbortController();
  const reason = new Error("aborted");
  const aborted = limits.run("one", "other", async () => {}, abort.signal);
  await setImmediate();
  abort.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  const seen: string[] = [];
  const other = limits.run("one", "other", async () => seen.push("other"));
  await setImmediate();
  expect(seen).toEqual([]);
  ends[0]?.();
  await Promise.all([pause, other]);
  expect(seen).toEqual(["other"]);
});

test("failures and aborts free their place", async () => {
  const limits = limitsOf(1, 1_000);
  const failure = new Error("no");
  await expect(limits.run("one", "other", async () => Promise.reject(failure))).rejects.toBe(failure);
  const reason = new Error("aborted");
  const aborted = limits.run("one", "other", async () => {}, AbortSignal.abort(reason));
  await expect(aborted).rejects.toBe(reason);
  expect(await limits.run("one", "other", async () => "done")).toBe("done");
});
