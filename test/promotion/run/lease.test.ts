import fc from "fast-check";
import { acquireLease, type Lease, type LeaseOptions, LeaseTaken } from "../../../promotion/run/lease";
import { runs } from "../../property-runs";
import { type Delays, type SharedObjects, SlowBucket } from "./slow-bucket";
import { VirtualTime } from "./virtual-time";

const term = 60_000;
const key = "promotion/lease.json";
const quick: Delays = { before: 20, after: 20, isLost: false };

let time: VirtualTime;
let shared: SharedObjects;

beforeEach(() => {
  time = new VirtualTime();
  shared = { objects: new Map(), writes: 0 };
});

const bucketWith = (nextDelays: () => Delays = () => quick) => new SlowBucket(shared, time, nextDelays);

function acquire(options: Partial<LeaseOptions> = {}): Promise<Lease> {
  return acquireLease({ bucket: bucketWith(), who: "alice", commit: "c0ffee", clock: time.clock(), ...options });
}

/** Lets time pass until the work ends. */
async function during<T>(work: Promise<T>, milliseconds = 10 * term): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  for (const end = time.time + milliseconds; !isDone && time.time < end; ) await time.pass(1_000);
  return work;
}

const stored = () => JSON.parse(shared.objects.get(key)?.bytes.toString() ?? "null");

test("a run takes the lease, renews it, and ends it", async () => {
  const lease = await during(acquire());
  const first = stored();
  expect(first).toMatchObject({ format: 1, who: "alice", commit: "c0ffee", since: "1970-01-01T00:00:00.000Z", term });
  await time.pass(10 * term);
  expect(lease.isHeld).toBe(true);
  expect(stored()).toMatchObject({ holder: first.holder });
  expect(stored().write).not.toBe(first.write);
  await during(lease.release());
  expect(lease.isHeld).toBe(false);
  expect(lease.signal.aborted).toBe(false);
  expect(stored().holder).toBeNull();
});

test("another run waits until the first has ended, and says who it waits for", async () => {
  const lease = await during(acquire());
  const waited: unknown[] = [];
  const other = acquire({ who: "bob", patience: 60 * term, onWaiting: (holder) => waited.push(holder.who) });
  await time.pass(20 * term);
  expect(waited).toEqual(["alice"]);
  await during(lease.release());
  expect((await during(other, 2 * term)).isHeld).toBe(true);
  expect(stored()).toMatchObject({ who: "bob" });
});

test("or stops, and says who is running", async () => {
  const lease = await during(acquire());
  const refused = during(acquire({ who: "bob" }));
  await expect(refused).rejects.toBeInstanceOf(LeaseTaken);
  await expect(refused).rejects.toThrow(
    "alice has been promoting c0ffee since 1970-01-01T00:00:00.000Z (memory://tables/promotion/lease.json): wait until that run has ended",
  );
  expect(lease.isHeld).toBe(true);
  await during(lease.release());
});

test("a run that died is replaced after a term and a quarter, within the usual patience", async () => {
  let isDead = false;
  const dying = bucketWith(() => (isDead ? { before: Number.POSITIVE_INFINITY, after: 0, isLost: true } : quick));
  const dead = await during(acquire({ bucket: dying }));
  isDead = true;
  const begun = time.time;
  const next = await during(acquire({ who: "bob" }));
  expect(next.isHeld).toBe(true);
  expect(dead.isHeld).toBe(false);
  expect(dead.signal.reason.message).toContain("could not be renewed in time");
  expect(time.time - begun).toBeLessThan(1.5 * term);
  await during(next.release());
});

test("a lost answer to a write is not a failure", async () => {
  let isLost = true;
  const lease = await during(
    acquire({ bucket: bucketWith(() => ({ ...quick, isLost })) }).catch(() => undefined),
    term,
  );
  expect(lease).toBeUndefined();
  isLost = false;
  // Each third write is lost: the run notices that it was its own.
  let requests = 0;
  const flaky = await during(acquire({ bucket: bucketWith(() => ({ ...quick, isLost: ++requests % 3 === 0 })) }));
  await time.pass(20 * term);
  expect(flaky.isHeld).toBe(true);
  await during(flaky.release());
});

test("a run whose machine was suspended has lost it", async () => {
  const clock = time.clock();
  let slept = 0;
  const lease = await during(acquire({ clock: { ...clock, wall: () => clock.wall() + slept } }));
  slept = 2 * term;
  expect(lease.isHeld).toBe(false);
  await time.pass(term);
  expect(lease.isHeld).toBe(true);
  await during(lease.release());
});

test("a lease that somebody took by hand is lost", async () => {
  const lease = await during(acquire());
  shared.objects.set(key, {
    bytes: Buffer.from(JSON.stringify({ ...stored(), holder: "x", who: "eve" })),
    etag: '"x"',
  });
  await time.pass(term);
  expect(lease.isHeld).toBe(false);
  expect(lease.signal.reason.message).toContain("was taken by eve");
});

test.each(["", "null", "{", '{"format":2}', "x".repeat(1_000), JSON.stringify({ format: 1, holder: "a", term: 1e12 })])(
  "an object that cannot be understood is replaced after a while: %j",
  async (text) => {
    shared.objects.set(key, { bytes: Buffer.from(text), etag: '"0"' });
    const lease = await during(acquire());
    expect(time.time).toBeGreaterThan(1.2 * term);
    await during(lease.release());
  },
);

test("a clock that rounds: every wait takes whole milliseconds, so that the rest of a term passes", async () => {
  const clock = time.clock(1.0743389386792028, 0.3);
  const waits: number[] = [];
  const wait: typeof clock.wait = (milliseconds, signal) => {
    waits.push(milliseconds);
    return clock.wait(milliseconds, signal);
  };
  const lease = await during(acquire({ clock: { ...clock, wait } }));
  await time.pass(2 * term);
  await during(lease.release());
  expect(waits.length).toBeGreaterThan(5);
  expect(waits.filter((milliseconds) => !Number.isInteger(milliseconds))).toEqual([]);
});

test("a signal ends the wait", async () => {
  const lease = await during(acquire());
  const limit = new AbortController();
  const other = acquire({ signal: limit.signal, patience: 60 * term });
  other.catch(() => undefined);
  await time.pass(term);
  limit.abort(new Error("enough"));
  await expect(during(other)).rejects.toThrow("enough");
  await during(lease.release());
});

/** Usually quick, sometimes longer than a term. */
const delayArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
);

/** A run of the property: when it begins, how long it works, and how its requests go. */
const runArbitrary = fc.record({
  begins: fc.integer({ min: 0, max: 200_000 }),
  works: fc.integer({ min: 0, max: 200_000 }),
  /** Its clock's speed: two of these differ by less than a fifth. */
  speed: fc.double({ min: 0.92, max: 1.08, noNaN: true }),
  start: fc.integer({ min: 0, max: 1e9 }),
  dies: fc.boolean(),
  delays: fc.array(
    fc.record({
      before: delayArbitrary,
      after: delayArbitrary,
      isLost: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

test("terms never overlap, however slow and unreliable requests are", async () => {
  let held = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(runArbitrary, { minLength: 2, maxLength: 3 }), async (plans) => {
      const world = new VirtualTime();
      const objects: SharedObjects = { objects: new Map(), writes: 0 };
      const leases: Lease[] = [];
      let most = 0;
      world.onStep = () => {
        const now = leases.filter(({ isHeld }) => isHeld).length;
        most = Math.max(most, now);
      };
      const limit = new AbortController();
      const works = plans.map(async ({ begins, works: duration, speed, start, dies, delays }, index) => {
        await world.wait(begins);
        let request = 0;
        let isDead = false;
        const never = { before: Number.POSITIVE_INFINITY, after: 0, isLost: true };
        const bucket = new SlowBucket(objects, world, () =>
          isDead ? never : (delays[request++ % delays.length] as Delays),
        );
        const clock = world.clock(speed, start);
        const options = { who: `run ${index}`, commit: "c", term, clock, patience: 1e9, signal: limit.signal };
        let lease: Lease | undefined;
        while (lease === undefined && !limit.signal.aborted) {
          lease = await acquireLease({ bucket, ...options }).catch(() => world.wait(1_000).then(() => undefined));
        }
        if (lease === undefined) return;
        held++;
        leases.push(lease);
        await world.wait(duration);
        isDead = dies;
        if (!dies) await lease.release();
      });
      for (let step = 0; step < 80; step++) await world.pass(5_000);
      limit.abort();
      for (const lease of leases) void lease.release();
      let isDone = false;
      void Promise.all(works).then(() => {
        isDone = true;
      });
      for (let step = 0; step < 500 && !isDone; step++) await world.pass(5_000);
      expect(isDone).toBe(true);
      expect(most).toBeLessThanOrEqual(1);
    }),
    runs(20),
  );
  expect(held).toBeGreaterThan(0);
});
