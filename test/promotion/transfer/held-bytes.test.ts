import { copyToMany } from "../../../promotion/transfer/copy-to-many";
import { PieceSink } from "./piece-sink";
import { createBytes, createTickClock, SimulatedSource } from "./simulated-copy";

const buffer = 2 * 1024 ** 2;
const bytes = createBytes(3 * buffer + 12_345);
/** What a sink holds that reads for itself. */
const heldAlone = 256 * 1024;
/** The bytes that a source delivers at once. */
const chunk = 50_000;
/** A piece of a copy has at least 128 KiB. */
const piece = 3 * chunk;
/** The pieces on their way to a sink: one that does not fit any more, one that waits for the checksum, and one in the stream. */
const onItsWay = 3 * piece;

const sizeOf = (chunks: Iterable<Buffer>) => [...new Set(chunks)].reduce((sum, { length }) => sum + length, 0);

/** Copies to 22 sinks that write in pieces as long as the whole buffer, and finds the most bytes that were in memory at once. */
async function copyToPieceSinks(paces: (sink: number) => number, patience: number) {
  const most = { bySinks: 0, withWindow: 0, alone: 0 };
  const shared: { readonly each: Buffer; readonly end: number }[] = [];
  const measure = () => {
    const held = sinks.flatMap((sink) => sink.held);
    const first = Math.min(...sinks.map(({ pulled }) => pulled));
    const window = shared.filter(({ end }) => end > first).map(({ each }) => each);
    most.bySinks = Math.max(most.bySinks, sizeOf(held));
    most.withWindow = Math.max(most.withWindow, sizeOf([...held, ...window]));
    most.alone = Math.max(most.alone, sinks.filter(({ permitted }) => permitted === heldAlone).length);
  };
  const sinks = Array.from({ length: 22 }, (_, index) => new PieceSink(`${index}`, paces(index), buffer, measure));
  const onShared = (each: Buffer) => shared.push({ each, end: (shared.at(-1)?.end ?? 0) + each.length });
  const source = new SimulatedSource(bytes, chunk);
  const options = { buffer, patience, clock: createTickClock(), onShared };
  const { outcomes, bytesRead } = await copyToMany(source, sinks, options);
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(sinks.every(({ sent }) => sent === bytes.length)).toBe(true);
  return { most, bytesRead };
}

test("buckets that write in pieces hold no more than the buffer together, with the window", async () => {
  const { most, bytesRead } = await copyToPieceSinks((sink) => 3 * sink, Number.POSITIVE_INFINITY);
  expect(bytesRead).toBe(bytes.length);
  expect(most.alone).toBe(0);
  expect(most.withWindow).toBeGreaterThan(buffer / 2);
  // In addition: what is on its way to the slowest bucket, the piece that the copy delivers next, and one that waits for room.
  expect(most.withWindow).toBeLessThanOrEqual(buffer + onItsWay + 2 * piece);
});

test("a bucket that reads for itself holds little, however many there are", async () => {
  const { most } = await copyToPieceSinks((sink) => 8 * sink, 5);
  expect(most.alone).toBeGreaterThan(10);
  expect(most.bySinks).toBeLessThanOrEqual(buffer + most.alone * (heldAlone + onItsWay));
});
