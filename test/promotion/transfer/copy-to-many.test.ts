import fc from "fast-check";
import { copyToMany } from "../../../promotion/transfer/copy-to-many";
import { runs } from "../../property-runs";
import { createBytes, createGate, createTickClock, type Fault, SimulatedSink, SimulatedSource } from "./simulated-copy";

const quick = { pace: 0, failsAt: [], isFinal: false };
const never = Number.POSITIVE_INFINITY;
const soon = async (turns = 50) => {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
};

function createSinks(count: number, behaviour = quick): SimulatedSink[] {
  return Array.from({ length: count }, (_, index) => new SimulatedSink(`sink ${index}`, behaviour));
}

const sizes = fc.oneof(fc.constantFrom(0, 1, 65_536, 65_537), fc.integer({ min: 0, max: 500_000 }));
const fault = fc.record<Fault>({
  at: fc.integer({ min: 0, max: 500_000 }),
  kind: fc.constantFrom("reset", "truncate", "overrun", "corrupt", "throttled"),
});
const interruption = fc.record<Fault>({
  at: fc.integer({ min: 0, max: 500_000 }),
  kind: fc.constantFrom("reset", "truncate", "throttled"),
});
const behaviour = fc.record({
  pace: fc.integer({ min: 0, max: 6 }),
  failsAt: fc.array(fc.integer({ min: 0, max: 500_000 }), { maxLength: 2 }),
  isFinal: fc.boolean(),
});

test("sinks of any speed get exactly the source's bytes, or an error", async () => {
  const cases = fc.record({
    size: sizes,
    chunk: fc.integer({ min: 4_000, max: 200_000 }),
    faults: fc.array(fc.option(fault, { nil: undefined }), { maxLength: 4 }),
    sinks: fc.array(behaviour, { minLength: 1, maxLength: 5 }),
    buffer: fc.integer({ min: 1, max: 300_000 }),
    patience: fc.constantFrom(0, 5, 50, 100_000),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, chunk, faults, sinks: behaviours, buffer, patience }) => {
      const bytes = createBytes(size);
      const source = new SimulatedSource(bytes, chunk, faults);
      const sinks = behaviours.map((each, index) => new SimulatedSink(`sink ${index}`, each));
      const clock = createTickClock();
      const { outcomes, bytesRead } = await copyToMany(source, sinks, { buffer, patience, clock });
      for (const [index, { error, name }] of outcomes.entries()) {
        const sink = sinks[index];
        expect(name).toBe(sink?.name);
        if (error === undefined) expect(sink?.stored?.equals(bytes)).toBe(true);
        else expect(sink?.stored).toBeUndefined();
      }
      const ownReads = outcomes.reduce((sum, each) => sum + each.ownReads, 0);
      // A read that the consumer abandons has a chunk on its way, and each overrun adds a byte.
      expect(bytesRead).toBeLessThanOrEqual((size + chunk) * (1 + ownReads) + faults.length);
    }),
    runs(60),
  );
});

test("equal sinks: the source is read once, also when it interrupts", async () => {
  const cases = fc.record({
    size: sizes,
    chunk: fc.integer({ min: 4_000, max: 200_000 }),
    faults: fc.array(interruption, { maxLength: 4 }),
    count: fc.integer({ min: 1, max: 8 }),
    pace: fc.integer({ min: 0, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, chunk, faults, count, pace }) => {
      const bytes = createBytes(size);
      const sinks = createSinks(count, { ...quick, pace });
      const clock = createTickClock();
      const source = new SimulatedSource(bytes, chunk, faults);
      const { outcomes, bytesRead } = await copyToMany(source, sinks, { buffer: 200_000, patience: never, clock });
      expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
      expect(sinks.every(({ stored }) => stored?.equals(bytes))).toBe(true);
      expect(bytesRead).toBe(size);
    }),
    runs(40),
  );
});

test("corrupt bytes never complete at any sink", async () => {
  const cases = fc.record({
    size: fc.integer({ min: 1, max: 300_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    chunk: fc.integer({ min: 1_000, max: 200_000 }),
    sinks: fc.array(behaviour, { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, share, chunk, sinks: behaviours }) => {
      const lasting = { at: Math.floor(share * (size - 1)), kind: "corrupt" } as const;
      const source = new SimulatedSource(createBytes(size), chunk, [], lasting);
      const sinks = behaviours.map((each, index) => new SimulatedSink(`sink ${index}`, each));
      const { outcomes } = await copyToMany(source, sinks, { buffer: 100_000, patience: 3, clock: createTickClock() });
      expect(outcomes.every(({ error }) => error !== undefined)).toBe(true);
      expect(sinks.every(({ stored, most }) => stored === undefined && most < size)).toBe(true);
    }),
    runs(40),
  );
});

test("a slow sink reads for itself, and the others do not wait for it", async () => {
  const bytes = createBytes(2_000_000);
  const stuck = createGate();
  const sinks = createSinks(3);
  const slow = new SimulatedSink("slow", quick);
  const waits = {
    name: "slow",
    write: (body: Parameters<typeof slow.write>[0]) => stuck.opened.then(() => slow.write(body)),
  };
  const source = new SimulatedSource(bytes, 50_000);
  const copied = copyToMany(source, [...sinks, waits], { buffer: 300_000, patience: 10, clock: createTickClock() });
  while (sinks.some(({ stored }) => stored === undefined)) await soon(1);
  expect(slow.stored).toBeUndefined();
  stuck.open();
  const { outcomes, bytesRead } = await copied;
  expect(outcomes.map(({ ownReads, error }) => ({ ownReads, error }))).toEqual([
    ...sinks.map(() => ({ ownReads: 0 })),
    { ownReads: 1 },
  ]);
  expect(slow.stored?.equals(bytes)).toBe(true);
  expect(bytesRead).toBe(2 * bytes.length);
});

test("a sink that stops in the middle continues at its place with a read of its own", async () => {
  const bytes = createBytes(2_000_000);
  const sinks = createSinks(2);
  const slow = new SimulatedSink("slow", { ...quick, pace: 40 });
  const source = new SimulatedSource(bytes, 50_000);
  const { bytesRead, outcomes } = await copyToMany(source, [...sinks, slow], {
    buffer: 300_000,
    patience: 50,
    clock: createTickClock(),
  });
  expect(outcomes.map(({ ownReads }) => ownReads)).toEqual([0, 0, 1]);
  expect(slow.stored?.equals(bytes)).toBe(true);
  expect(bytesRead).toBeGreaterThan(bytes.length);
  expect(bytesRead).toBeLessThan(2 * bytes.length);
});

test("a source that fits into the buffer is read once, however often sinks begin again", async () => {
  const cases = fc.record({
    size: sizes,
    chunk: fc.integer({ min: 4_000, max: 200_000 }),
    failures: fc.array(fc.array(fc.integer({ min: 0, max: 500_000 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 6,
    }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, chunk, failures }) => {
      const bytes = createBytes(size);
      const sinks = failures.map((failsAt, index) => new SimulatedSink(`sink ${index}`, { ...quick, failsAt }));
      const source = new SimulatedSource(bytes, chunk);
      const { bytesRead, outcomes } = await copyToMany(source, sinks, { buffer: size, clock: createTickClock() });
      expect(outcomes.map(({ error, ownReads }) => ({ error, ownReads }))).toEqual(sinks.map(() => ({ ownReads: 0 })));
      expect(sinks.every(({ stored }) => stored?.equals(bytes))).toBe(true);
      expect(bytesRead).toBe(size);
    }),
    runs(40),
  );
});

test("no more than the buffer is read while a sink stands still", async () => {
  const bytes = createBytes(1_000_000);
  const stuck = createGate();
  const sink = new SimulatedSink("slow", quick);
  const waits = {
    name: "slow",
    write: (body: Parameters<typeof sink.write>[0]) => stuck.opened.then(() => sink.write(body)),
  };
  let read = 0;
  const copied = copyToMany(new SimulatedSource(bytes, 10_000), [...createSinks(2), waits], {
    buffer: 200_000,
    patience: never,
    clock: { now: () => 0, wait: () => new Promise(() => {}) },
    onBytes: (count) => {
      read += count;
    },
  });
  await soon(2_000);
  expect(read).toBeGreaterThan(150_000);
  // The buffer, the chunk that waits for room, and the one that the source's stream has ready.
  expect(read).toBeLessThanOrEqual(220_000);
  stuck.open();
  expect((await copied).bytesRead).toBe(bytes.length);
});

test("a held sink gets the last bytes when the others are done; a broken hold keeps it from completing", async () => {
  const bytes = createBytes(300_000);
  for (const isKept of [true, false]) {
    const hold = createGate();
    const origin = new SimulatedSink("origin", quick, hold.opened);
    const mirrors = createSinks(2);
    const copied = copyToMany(new SimulatedSource(bytes, 30_000), [origin, ...mirrors], { buffer: 100_000 });
    while (mirrors.some(({ stored }) => stored === undefined)) await soon(1);
    await soon();
    expect(origin.stored).toBeUndefined();
    expect(origin.most).toBeLessThan(bytes.length);
    if (isKept) hold.open();
    else hold.fail(new Error("mirrors are incomplete"));
    const { outcomes, bytesRead } = await copied;
    expect(outcomes[0]?.error === undefined).toBe(isKept);
    expect(origin.stored?.equals(bytes)).toBe(isKept ? true : undefined);
    expect(bytesRead).toBe(bytes.length);
  }
});

test("a sink that needs no bytes causes no read; one that answers early has failed", async () => {
  const source = new SimulatedSource(createBytes(300_000), 30_000);
  const has = { name: "has it", write: async () => {} };
  expect(await copyToMany(source, [has])).toEqual({
    bytesRead: 0,
    outcomes: [{ name: "has it", ownReads: 0, isSourceFailure: false }],
  });
  const early = {
    name: "early.example",
    write: async (body: { open(): AsyncIterable<Buffer> }) => {
      for await (const _ of body.open()) return;
    },
  };
  const { outcomes } = await copyToMany(source, [early]);
  expect(outcomes[0]?.error).toMatchObject({ message: "early.example answered before it had all bytes" });
});

test("the caller's signal ends everything", async () => {
  const controller = new AbortController();
  const copied = copyToMany(new SimulatedSource(createBytes(900_000), 1_000), createSinks(2), {
    signal: controller.signal,
  });
  await soon();
  controller.abort(new Error("stopped"));
  await expect(copied).rejects.toThrow("stopped");
});
