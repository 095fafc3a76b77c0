/**
 * Measures the memory of uploads to many slow buckets at once: `npx tsx bench/upload-memory.ts [BLOBS] [MEBIBYTES]`. A run copies blobs
 * to 11 buckets of Cloud Storage and 11 of Azure Blob, at the same time as a run does, and prints its largest resident memory. The
 * buckets are in another process on loopback, and each reads at a rate of its own, so that the slow ones do not keep up.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { formatBytes } from "../promotion/plan/format-bytes";
import { copyVerified } from "../promotion/run/copy-verified";
import type { RunContext } from "../promotion/run/run-context";
import { RunCounters } from "../promotion/run/run-counters";
import { runMemory } from "../promotion/run/run-memory";
import { MemoryBudget } from "../promotion/transfer/memory-budget";
import { AzureBucket } from "../stores/azure/azure-bucket";
import type { Bucket } from "../stores/bucket";
import { GoogleBucket } from "../stores/google/google-bucket";
import { HostLimits } from "../stores/http/host-limits";
import { waitByTimer } from "../stores/http/retry";
import { inParallel } from "../stores/in-parallel";

const [blobs = 8, mebibytes = 24] = process.argv.slice(2).map(Number);
const size = mebibytes * 1024 ** 2;
const bucketCount = 22;
/** Blobs that a run copies at once. */
const lanes = 32;
/** What the slowest bucket reads of each connection, in bytes per second; the fastest reads eleven times as much. */
const slowest = 1024 * 1024;
/** The aim, in bytes. */
const aim = 300_000_000;

/** New buffers, as from a socket. */
async function* makeChunks(from: number): AsyncGenerator<Buffer> {
  const longest = 64 * 1024;
  for (let at = from; at < size; at += longest) yield Buffer.alloc(Math.min(longest, size - at), 7);
}

function openBuckets(port: number): Bucket[] {
  const pacing = { limits: new HostLimits(() => ({ concurrent: 48, perSecond: Number.POSITIVE_INFINITY })) };
  const getToken = async () => "token";
  return Array.from({ length: bucketCount }, (_, index) => {
    const endpoint = `http://127.0.0.${1 + (index >> 1)}:${port}`;
    return index % 2 === 0
      ? new GoogleBucket({ ...pacing, bucket: `bucket-${index}`, endpoint, getToken })
      : new AzureBucket({ ...pacing, account: "account", container: `bucket-${index}`, endpoint, getToken });
  });
}

async function copyBlobs(buckets: readonly Bucket[], sha256: string, context: RunContext): Promise<void> {
  const source = {
    name: "source",
    open: async (from: number) => Readable.from(makeChunks(from), { objectMode: false, highWaterMark: 1 }),
  };
  const names = buckets.map(({ url }) => url);
  await inParallel([...Array(blobs).keys()], lanes, async (blob) => {
    const createSinks = () =>
      buckets.map((bucket) => {
        const key = bucket instanceof GoogleBucket ? "blob" : `blob-${blob}`;
        return { name: bucket.url, write: (body: Parameters<Bucket["put"]>[1]) => bucket.put(key, body, { sha256 }) };
      });
    const failures = await copyVerified({ sha256, size, needsMd5: true }, [source], names, createSinks, context);
    for (const [name, error] of failures) console.log(`${name}: ${error}`);
  });
}

async function run(): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of makeChunks(0)) hash.update(chunk);
  const server = fork(join(__dirname, "promotion/slow-stores.ts"), [String(slowest)], { execArgv: process.execArgv });
  const [port] = (await once(server, "message")) as [number];
  const before = process.memoryUsage().rss;
  let largest = 0;
  const sampling = setInterval(() => {
    largest = Math.max(largest, process.memoryUsage().rss);
  }, 50);
  const counters = new RunCounters();
  const context = {
    memory: new MemoryBudget(runMemory),
    counters,
    clock: { now: () => performance.now(), wait: waitByTimer },
    signal: new AbortController().signal,
  } as Partial<RunContext> as RunContext;
  const start = performance.now();
  await copyBlobs(openBuckets(port), hash.digest("hex"), context);
  clearInterval(sampling);
  server.disconnect();
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  const read = (counters.read / (blobs * size)).toFixed(2);
  console.log(
    `${blobs} blobs of ${formatBytes(size)} to ${bucketCount} buckets in ${seconds} s, each read ${read} times`,
  );
  console.log(`largest resident memory: ${formatBytes(largest)}, ${formatBytes(before)} of it before the first copy`);
  process.exitCode = largest > aim ? 1 : 0;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
