/**
 * Measures the overlay, in process and without a network: `npx tsx bench/overlay.ts [--json]`. It takes about a minute.
 *
 * - the index of 100,000 objects: its size, and the time of a look-up, compared with a hash by `node:crypto`;
 * - decisions with and without an overlay;
 * - questions to mirrors per 1,000 requests of `bench/pull-mix.ts`, with and without an overlay, for mirrors that hold everything and are asked:
 *   objects by their popularity (Zipf's law), each object once, and each request in a process of its own, as the first of a Lambda;
 * - the same for a flood of invented digests from one client, which no mirror holds.
 */
import { createHash, hash } from "node:crypto";
import { parseArgs } from "node:util";
import { formatTable } from "../cli/text-table";
import { decodeOverlay } from "../overlay/decode-overlay";
import { encodeOverlay } from "../overlay/encode-overlay";
import { imageKey } from "../overlay/image-key";
import type { Overlay } from "../overlay/overlay";
import { compileTable, loadProject } from "../project/load-project";
import { MirrorPresence } from "../redirector/presence/mirror-presence";
import { Redirector } from "../redirector/redirector";
import { RedirectorMetrics } from "../redirector/telemetry/metrics";
import { asIfListed } from "../routing/as-if-listed";
import { clientAddress } from "../routing/client-address";
import { assumeAllHeld, dayOf } from "../routing/conditions";
import { decide } from "../routing/decide";
import type { RoutingTable } from "../routing/routing-table";
import { type Pull, pullMix } from "./pull-mix";
import { seededRandom } from "./seeded-random";

const objectCount = 100_000;
const requestCount = 10_000;
const rounds = 7;
const rule = { from: "forwarded", position: 1 } as const;
const { values } = parseArgs({ options: { json: { type: "boolean" } } });

const digestOf = (number: number) => `sha256:${createHash("sha256").update(String(number)).digest("hex")}`;
const keys = Array.from({ length: objectCount }, (_, number) => imageKey("pause", digestOf(number)));
const absent = keys.map((key) => `${key.slice(0, -8)}00000000`);

/** An overlay that promotes these keys, and calls every store of a table's mirrors complete. */
function bytesOf(objects: readonly string[], table: RoutingTable): Uint8Array {
  const stores = table.content.mirrors.flatMap(({ id }) =>
    ["registry", "blobs", "files"].map((kind) => `${id} ${kind}`),
  );
  return encodeOverlay({
    issued: "2026-11-20T00:00:00Z",
    promoted: {
      covers: { images: [""], files: [""] },
      newest: 1,
      complete: Object.fromEntries(stores.map((store) => [store, 1])),
      objects: objects.map((key) => ({ key, promotion: 1, isEverywhere: true })),
    },
    withdrawn: { images: [], objects: [], files: [] },
  });
}

/** The processor time of this program, in milliseconds: the time on the clock depends on what else the machine does. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The least of several measurements: nanoseconds for each item. */
function nanosecondsEach<T>(items: readonly T[], work: (item: T) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  const kept: unknown[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = processorTime();
    for (const item of items) kept[0] = work(item) ?? kept[0];
    best = Math.min(best, processorTime() - began);
  }
  return Math.round((best * 1e6) / items.length);
}

function measureIndex(table: RoutingTable): readonly (readonly [string, string])[] {
  const began = processorTime();
  const bytes = bytesOf(keys, table);
  const encoded = processorTime();
  const overlay = decodeOverlay(bytes);
  const decoded = processorTime();
  const wrong = absent.filter((key) => overlay.promotionOf(key) !== undefined).length;
  return [
    ["size", `${bytes.length.toLocaleString("en")} bytes`],
    ["encode", `${Math.round(encoded - began)} ms`],
    ["decode", `${(decoded - encoded).toFixed(1)} ms`],
    ["look up an object that is there", `${nanosecondsEach(keys, (key) => overlay.promotionOf(key))} ns`],
    ["look up one that is not there", `${nanosecondsEach(absent, (key) => overlay.promotionOf(key))} ns`],
    ["wrong answers for these", `${wrong} of ${absent.length.toLocaleString("en")}`],
    [
      "only a SHA-256 by node:crypto, for comparison",
      `${nanosecondsEach(keys, (key) => hash("sha256", key, "buffer"))} ns`,
    ],
  ];
}

function carry({ target, host, forwardedFor, userAgent }: Pull) {
  const headers = new Map([
    ["user-agent", userAgent],
    ["x-forwarded-for", forwardedFor],
  ]);
  return { method: "GET", target, host, peer: "127.0.0.1", header: (name: string) => headers.get(name) };
}

function measureDecisions(table: RoutingTable, overlay: Overlay, pulls: readonly Pull[]): [string, string][] {
  const requests = pulls.map((pull) => ({ ...carry(pull), address: clientAddress(rule, carry(pull)) }));
  const today = assumeAllHeld(dayOf(new Date()));
  const withOverlay = { ...today, overlay };
  return [
    ["a decision without an overlay", `${nanosecondsEach(requests, (each) => decide(table, each, today))} ns`],
    ["a decision with an overlay", `${nanosecondsEach(requests, (each) => decide(table, each, withOverlay))} ns`],
  ];
}

/** A redirector at mirrors that hold everything, and the questions that it asked them. */
class CountedRedirector {
  heads = 0;
  samples = 0;
  readonly redirector: Redirector;
  readonly presence: MirrorPresence;

  constructor(table: RoutingTable, overlay: Overlay | undefined, clock: () => number, isHeld = true) {
    this.presence = new MirrorPresence({
      clock,
      send: async (_, { method }) => {
        if (method === "HEAD") this.heads++;
        else this.samples++;
        if (!isHeld) return { status: 404 };
        return { status: method === "HEAD" ? 200 : 206 };
      },
    });
    const metrics = new RedirectorMetrics({
      version: "",
      table: () => ({ ...table.content, checksum: table.checksum, loaded: new Date() }),
      breakers: () => [],
      droppedLines: () => 0,
    });
    const parts = { table: { current: table }, overlay: { current: overlay }, clientAddress: rule, metrics };
    this.redirector = new Redirector({ ...parts, presence: this.presence });
  }
}

/** How a request's clock goes on: 100 requests a second. */
const millisecondsEach = 10;

async function countQuestions(
  table: RoutingTable,
  overlay: Overlay | undefined,
  pulls: readonly Pull[],
  { isFresh = false, isHeld = true }: { readonly isFresh?: boolean; readonly isHeld?: boolean } = {},
) {
  let now = Date.now();
  let [heads, samples] = [0, 0];
  let counted = new CountedRedirector(table, overlay, () => now, isHeld);
  const add = (): void => {
    counted.presence.stop();
    heads += counted.heads;
    samples += counted.samples;
  };
  for (const pull of pulls) {
    await counted.redirector.handle(carry(pull));
    now += millisecondsEach;
    if (!isFresh) continue;
    add();
    counted = new CountedRedirector(table, overlay, () => now, isHeld);
  }
  add();
  const per = (count: number) => ((1_000 * count) / pulls.length).toFixed(1);
  return `${per(heads)} HEADs, ${per(samples)} samples`;
}

/** Gives each blob and manifest a digest by popularity: the second most popular is requested half as often as the first, and so on. */
function withPopularity(pulls: readonly Pull[]): Pull[] {
  const random = seededRandom(12);
  const weights: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= objectCount; rank++) {
    sum += 1 / rank;
    weights.push(sum);
  }
  return pulls.map((pull) => {
    const wanted = random() * sum;
    let [low, high] = [0, weights.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((weights[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    const target = pull.target.replace(/\/v2\/.*\/(blobs|manifests)\/sha256:.*/, `/v2/pause/$1/${digestOf(low)}`);
    return { ...pull, target };
  });
}

/** Digests of one image that nobody has promoted, all requested by one client. */
function invent(pulls: readonly Pull[]): Pull[] {
  const [first] = pulls;
  if (!first) return [];
  return pulls.map((_, index) => ({ ...first, target: `/v2/pause/blobs/${digestOf(objectCount + index)}` }));
}

/** The keys of everything that is requested. */
function keysOf(pulls: readonly Pull[]): string[] {
  return [
    ...new Set(
      pulls.map(({ target }) =>
        target.replace(/^\/v2\/(.*)\/(?:blobs|manifests)\/(sha256:.*)$/, "$1@$2").replace(/^\//, ""),
      ),
    ),
  ];
}

async function main(): Promise<void> {
  const shipped = asIfListed(compileTable(loadProject({ inventory: "mirrors.yaml" })).table);
  const table = shipped.withMirrors((mirror) => ({ ...mirror, complete: mirror.id === shipped.origin.id }));
  const once = pullMix(requestCount);
  const popular = withPopularity(once);
  const overlayFor = (pulls: readonly Pull[]) => decodeOverlay(bytesOf(keysOf(pulls), table));
  const rows: [string, string][] = [...measureIndex(table).map(([a, b]): [string, string] => [a, b])];
  const big = decodeOverlay(bytesOf([...new Set([...keysOf(popular), ...keys])], table));
  rows.push(...measureDecisions(table, big, popular));
  for (const [what, pulls, isFresh] of [
    ["objects by popularity", popular, false],
    ["each object once", once, false],
    ["first requests of a Lambda", popular.slice(0, 2_000), true],
  ] as const) {
    rows.push([`${what}, without an overlay`, await countQuestions(table, undefined, pulls, { isFresh })]);
    rows.push([`${what}, with an overlay`, await countQuestions(table, overlayFor(pulls), pulls, { isFresh })]);
  }
  const flood = invent(once);
  for (const [what, overlay] of [
    ["without", undefined],
    ["with", overlayFor(popular)],
  ] as const) {
    rows.push([`a flood, ${what} an overlay`, await countQuestions(table, overlay, flood, { isHeld: false })]);
  }
  process.stdout.write(
    values.json ? `${JSON.stringify(Object.fromEntries(rows))}\n` : formatTable(["what", "figure"], rows),
  );
}

void main();
