import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { bundle } from "../../../packaging/bundle";
import type { Ledger } from "../../../promotion/ledger/ledger";
import { readLedger } from "../../../promotion/ledger/read-ledger";
import { isLong } from "../../property-runs";
import { S3Double } from "../../stores/doubles/s3-double";
import { MemoryBucket } from "../../stores/memory-bucket";
import { MemoryRegistry } from "../../stores/registry/memory-registry";
import { findFalseClaims, promisedOf } from "./ledger-promotion";
import type { RunProgramInput } from "./run-program";
import { createSmallPromotion, type SmallPromotion } from "./small-promotion";
import { findHalfVisible, stateOf } from "./watch-promotion";

const folder = mkdtempSync(join(tmpdir(), "killed-run-"));
const program = join(folder, "run-program.js");

/** As one file of JavaScript, which starts in a fraction of the time that its sources take. */
beforeAll(() => writeFileSync(program, bundle("../test/promotion/run/run-program.ts", "node20")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The stores of a small promotion as servers: their content is in the memory of the test, which looks at it after every write, and kills
 * the run that talks to them.
 */
class PromotionServers {
  readonly problems: string[] = [];
  /** Blobs that were uploaded again although they were there. */
  readonly twice: string[] = [];
  /** Called for each request to a mirror. */
  onRequest: () => void = () => {};
  requests = 0;
  readonly #view: SmallPromotion = createSmallPromotion();
  readonly #staging = new MemoryRegistry();
  readonly #table = new S3Double("artifacts", "eu-west-1");
  readonly #stagingBucket = new S3Double("artifacts", "eu-west-1");
  readonly #registries = new Map<string, MemoryRegistry>();
  readonly #buckets = new Map<string, S3Double>();

  async start(): Promise<this> {
    await Promise.all([this.#staging.start(), this.#stagingBucket.start(), this.#table.start()]);
    this.#table.instead = () => this.#count();
    for (const name of this.#view.places.keys()) await this.#startRegistry(name);
    for (const mirror of this.#view.buckets.keys()) await this.#startBucket(mirror);
    for (const [repository, blobs] of this.#view.staging.blobs) {
      for (const [digest, bytes] of blobs) this.#staging.blobs.set(`${repository} ${digest}`, bytes);
    }
    for (const [repository, manifests] of this.#view.staging.manifests) {
      for (const [key, content] of manifests) this.#staging.manifests.set(`${repository} ${key}`, content);
    }
    for (const [key, { bytes, recordedSha256 }] of this.#view.stagingBucket.objects) {
      const object = { bytes, contentType: "", cacheControl: undefined, sha256: recordedSha256, generation: 1 };
      this.#stagingBucket.objects.set(key, object);
    }
    return this;
  }

  async stop(): Promise<void> {
    const all = [
      this.#staging,
      this.#stagingBucket,
      this.#table,
      ...this.#registries.values(),
      ...this.#buckets.values(),
    ];
    await Promise.all(all.map((server) => server.stop()));
  }

  /** Everything at the mirrors is removed. */
  clear(): void {
    for (const { blobs, manifests } of this.#registries.values()) {
      blobs.clear();
      manifests.clear();
    }
    for (const { objects } of [this.#table, ...this.#buckets.values()]) objects.clear();
    this.problems.length = 0;
    this.twice.length = 0;
  }

  /** The stores as the doubles without HTTP, for the functions that look at these. */
  look(): SmallPromotion {
    for (const [name, registry] of this.#registries) {
      const place = this.#view.places.get(name);
      place?.blobs.clear();
      place?.manifests.clear();
      for (const [key, bytes] of registry.blobs) place?.hold(key.split(" ", 1)[0] ?? "", [bytes]);
      for (const [key, content] of registry.manifests) {
        const [repository = "", reference = ""] = key.split(" ");
        place?.hold(repository, [], { [reference]: content });
      }
    }
    for (const [mirror, { objects }] of this.#buckets) {
      const bucket = this.#view.buckets.get(mirror) as MemoryBucket;
      bucket.objects.clear();
      for (const [key, { bytes, sha256 }] of objects) bucket.hold(key, bytes, { recordedSha256: sha256 });
    }
    return this.#view;
  }

  input(): RunProgramInput {
    const view = this.look();
    return {
      plan: view.plan(),
      promoted: promisedOf(view),
      table: this.#table.url,
      staging: { host: this.#staging.host, url: this.#stagingBucket.url },
      registries: view.targets.flatMap(({ kind, mirror, isOrigin }) => {
        const registry = this.#registries.get(`${mirror} registry`);
        return kind === "registry" && registry ? [{ mirror, isOrigin, host: registry.host }] : [];
      }),
      buckets: view.targets.flatMap(({ kind, mirror, isOrigin }) => {
        const bucket = this.#buckets.get(mirror);
        return kind !== "registry" && bucket ? [{ kind, mirror, isOrigin, url: bucket.url }] : [];
      }),
    };
  }

  /** What runs have promoted. */
  async ledger(): Promise<Ledger | undefined> {
    const bucket = new MemoryBucket();
    for (const [key, { bytes }] of this.#table.objects) bucket.hold(key, bytes);
    return readLedger(bucket);
  }

  async #startRegistry(name: string): Promise<void> {
    const registry = await new MemoryRegistry().start();
    this.#registries.set(name, registry);
    registry.early = ({ method, path }) => {
      const [, repository, digest = ""] = /^\/v2\/(.+)\/blobs\/uploads\/.*digest=(\S+)/.exec(path) ?? [];
      const key = `${repository} ${decodeURIComponent(digest)}`;
      if (method === "PUT" && registry.blobs.has(key)) this.twice.push(`${name} ${key}`);
      return this.#count();
    };
    registry.changed = ({ method, path }, answer) => {
      if (method === "PUT" || method === "POST") this.#check(`${name} ${method} ${path}`);
      return answer;
    };
  }

  async #startBucket(mirror: string): Promise<void> {
    const bucket = await new S3Double("artifacts", "eu-west-1").start();
    this.#buckets.set(mirror, bucket);
    bucket.instead = () => this.#count();
  }

  #count(): undefined {
    this.requests++;
    this.onRequest();
  }

  #check(what: string): void {
    this.problems.push(...findHalfVisible(this.look()).map((problem) => `after ${what}: ${problem}`));
  }
}

/** Runs the plan for what is missing now. @param most requests after which the process is killed */
async function run(servers: PromotionServers, most = Number.POSITIVE_INFINITY): Promise<string> {
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "pipe"] });
  const first = servers.requests;
  servers.onRequest = () => {
    if (servers.requests - first >= most) child.kill("SIGKILL");
  };
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(servers.input()));
  const [output, messages] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return output === "" && most === Number.POSITIVE_INFINITY ? messages : output;
}

/** The ledger says of no mirror that it holds what it lacks. */
async function expectTrueClaims(servers: PromotionServers): Promise<Ledger | undefined> {
  const ledger = await servers.ledger();
  if (ledger) expect(findFalseClaims({ small: servers.look() }, ledger)).toEqual([]);
  return ledger;
}

test("a run killed at random requests, in a process of its own: the next one finishes, and nothing was half visible", async () => {
  const servers = await new PromotionServers().start();
  try {
    const done = `${JSON.stringify({ isComplete: true, failed: [] })}\n`;
    expect(await run(servers)).toBe(done);
    const expected = stateOf(servers.look());
    const all = servers.requests;
    const kills = fc.array(fc.integer({ min: 1, max: all }), { minLength: 2, maxLength: isLong ? 6 : 2 });
    await fc.assert(
      fc.asyncProperty(kills, async (points) => {
        servers.clear();
        for (const most of points) {
          await run(servers, most);
          await expectTrueClaims(servers);
        }
        expect(await run(servers)).toBe(done);
        expect({ problems: servers.problems, twice: servers.twice }).toEqual({ problems: [], twice: [] });
        expect(stateOf(servers.look())).toEqual(expected);
        const { images = [], files = [], newest, complete = {} } = (await expectTrueClaims(servers)) ?? {};
        expect([images.length, files.length]).toEqual([6, 3]);
        expect(new Set(Object.values(complete))).toEqual(new Set([newest]));
      }),
      { numRuns: isLong ? 30 : 1, endOnFailure: true },
    );
  } finally {
    await servers.stop();
  }
});
