/**
 * Measures a promotion from one registry to six destinations (four registries, two object stores), beside programs that copy to
 * registries: `npx tsx bench/promotion.ts [--images 40] [--gigabytes 1] [--rounds 3] [--latency 0 --latency 40] [--json] [NAME…]`.
 *
 * Everything is on loopback. A proxy before each server counts bytes and requests, and adds latency: half of a round trip in each
 * direction, and one round trip for each new connection. Each measurement starts with empty destinations; afterwards all content is
 * compared, and the program runs again with nothing to do. The content of the registries is in the folder for temporary files
 * (`TMPDIR`), five times.
 *
 * kpromo takes no part: it lists what its destinations hold by an extension of Google's registries, which no registry on loopback has
 * (promo-tools, `promoter/image/registry`). It copies each image to each destination by crane's library, so that crane's row shows what
 * to expect.
 */
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatTable } from "../cli/text-table";
import { Repository } from "../stores/registry/repository";
import { findTools } from "../test/peers/find-tools";
import { median } from "./median";
import { type Copier, copiers } from "./promotion/copiers";
import type { Traffic } from "./promotion/counting-proxy";
import { type MadeUpImages, makeUpImages, pushImages } from "./promotion/made-up-images";
import { type Command, measureCommand, type Usage } from "./promotion/measured-command";
import { type Places, startPlaces, startRegistry, takeTraffic } from "./promotion/places";
import { requireEqual } from "./promotion/require-equal";
import { namespace } from "./promotion/scene";

/** One run of a program. */
interface Run extends Usage {
  readonly source: Traffic;
  readonly registries: readonly Traffic[];
  readonly stores: readonly Traffic[];
}

/** What was measured of one program, with one latency. */
interface Figures {
  readonly program: string;
  /** Milliseconds of a round trip. */
  readonly latency: number;
  readonly first: Run;
  /** With nothing to do. */
  readonly second: Run;
  /** A plan of one changed digest. @default the program makes no plans */
  readonly plan?: Run | undefined;
}

/** The aims of the promotion, from its design. */
const aims = {
  /** Bytes from the source, of the distinct bytes; a hundredth is for the heads of answers. */
  read: 1.01,
  /** The time of the fastest of the others, with latency. */
  time: 0.5,
  /** Seconds of a run with nothing to do. */
  again: 2,
  /** Seconds of a plan of one changed digest. */
  plan: 3,
  megabytes: 300,
} as const;

async function measureOnce(
  copier: Copier,
  { images }: MadeUpImages,
  start: () => Promise<Places>,
  folder: string,
): Promise<Omit<Figures, "program" | "latency"> | undefined> {
  const places = await start();
  const errand = { folder, images, places };
  try {
    const command = copier.prepare(errand);
    if (command === undefined) return undefined;
    const run = async (what: Command): Promise<Run> => ({ ...(await measureCommand(what)), ...takeTraffic(places) });
    const first = await run(command);
    await requireEqual(images, places, copier.fillsStores);
    const second = await run(command);
    const change = copier.prepareChange?.(errand);
    return { first, second, plan: change && (await run(change)) };
  } finally {
    await places.stop();
  }
}

/** The run of which the time is the median. */
function medianRun(runs: readonly Run[]): Run | undefined {
  const middle = median(runs.map(({ seconds }) => seconds));
  return runs.find(({ seconds }) => seconds === middle);
}

interface Options {
  readonly images: number;
  readonly gigabytes: number;
  readonly rounds: number;
  readonly latencies: readonly number[];
  readonly names: readonly string[];
  readonly json: boolean;
}

function readOptions(): Options {
  const { values, positionals: names } = parseArgs({
    options: {
      images: { type: "string", default: "40" },
      gigabytes: { type: "string", default: "1" },
      rounds: { type: "string", default: "3" },
      latency: { type: "string", multiple: true, default: ["0", "40"] },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const unknown = names.filter((name) => !copiers.some((copier) => copier.name === name));
  if (unknown.length > 0) throw new Error(`choose among: ${copiers.map(({ name }) => `"${name}"`).join(" ")}`);
  return {
    images: Number(values.images),
    gigabytes: Number(values.gigabytes),
    rounds: Number(values.rounds),
    latencies: values.latency.map(Number),
    names,
    json: values.json,
  };
}

/** @throws Error if the content does not fit five times: at the source, and at four registries */
function requireSpace(folder: string, gigabytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < 6 * gigabytes) {
    throw new Error(
      `${folder} has ${free.toFixed(1)} GB left, which is not enough for 5 × ${gigabytes} GB: set TMPDIR`,
    );
  }
}

async function measureAll(options: Options, made: MadeUpImages, folder: string, registry: string): Promise<Figures[]> {
  const source = await startRegistry(registry, mkdtempSync(join(folder, "source-")));
  const host = `127.0.0.1:${source.port}`;
  const findLogin = async () => undefined;
  await pushImages(
    made.images,
    (name) => new Repository({ host, name: `${namespace}/${name}`, access: "push", findLogin }),
  );
  const all = new Map<string, Omit<Figures, "program" | "latency">[]>();
  const absent = new Set<string>();
  for (let round = 1; round <= options.rounds; round++) {
    for (const latency of options.latencies) {
      for (const copier of copiers) {
        const { name } = copier;
        if (absent.has(name) || (options.names.length > 0 && !options.names.includes(name))) continue;
        const key = JSON.stringify({ program: name, latency });
        console.error(`round ${round} of ${options.rounds}: ${name}, ${latency} ms`);
        const start = () => startPlaces(registry, folder, source.port, latency);
        const measured = await measureOnce(copier, made, start, folder);
        if (measured === undefined) {
          console.error(`skipped: ${name} is not installed`);
          absent.add(name);
          continue;
        }
        all.set(key, [...(all.get(key) ?? []), measured]);
      }
    }
  }
  await source.stop();
  return Array.from(all, ([key, rounds]) => ({
    ...(JSON.parse(key) as Pick<Figures, "program" | "latency">),
    first: medianRun(rounds.map(({ first }) => first)) as Run,
    second: medianRun(rounds.map(({ second }) => second)) as Run,
    plan: medianRun(rounds.flatMap(({ plan }) => plan ?? [])),
  }));
}

/** The numbers of several destinations, once if they are all the same. */
function formatEach(numbers: readonly (number | string)[]): string {
  const [first] = numbers;
  return numbers.every((each) => each === first) ? String(first ?? "") : numbers.join(" ");
}

const head = [
  ["round trip ms", "program", "s", "processor s", "most MB", "from source MB", "of distinct", "requests there"],
  ["to each registry MB", "requests", "to each store MB", "requests"],
  ["again s", "requests at source", "at each registry", "at each store", "plan s"],
].flat();

function rowOf({ program, latency, first, second, plan }: Figures, bytes: number): (string | number)[] {
  const megabytes = (traffic: readonly Traffic[]) => formatEach(traffic.map(({ up }) => (up / 1e6).toFixed(0)));
  const requests = (traffic: readonly Traffic[]) => formatEach(traffic.map((each) => each.requests));
  const hasStores = first.stores.some(({ up }) => up > 0);
  return [
    latency,
    program,
    Number(first.seconds.toFixed(2)),
    Number(first.processorSeconds.toFixed(2)),
    Math.round(first.megabytes),
    Math.round(first.source.down / 1e6),
    Number((first.source.down / bytes).toFixed(3)),
    first.source.requests,
    megabytes(first.registries),
    requests(first.registries),
    hasStores ? megabytes(first.stores) : "",
    hasStores ? requests(first.stores) : "",
    Number(second.seconds.toFixed(2)),
    second.source.requests,
    requests(second.registries),
    hasStores ? requests(second.stores) : "",
    plan ? Number(plan.seconds.toFixed(2)) : "",
  ];
}

/** Each aim with what was reached. */
function formatAims(all: readonly Figures[], made: MadeUpImages): string[] {
  const line = (isMet: boolean, what: string) => `${isMet ? "met   " : "missed"}  ${what}`;
  const isOurs = ({ program }: Figures) => program.startsWith("mirrorform");
  return all.filter(isOurs).flatMap(({ program, latency, first, second, plan }) => {
    const name = `${program}, ${latency} ms:`;
    const read = first.source.down / made.bytes;
    const others = all.filter((each) => !isOurs(each) && each.latency === latency);
    const best = Math.min(...others.map((each) => each.first.seconds));
    const time = first.seconds / best;
    const most = Math.max(...[...second.registries, ...second.stores].map(({ requests }) => requests));
    return [
      line(read <= aims.read, `${name} ${read.toFixed(3)} of the distinct bytes read; aim: 1.0`),
      ...(latency > 0 && others.length > 0
        ? [line(time <= aims.time, `${name} ${time.toFixed(2)} of the time of the fastest other; aim: ${aims.time}`)]
        : []),
      line(
        second.seconds <= aims.again,
        `${name} ${second.seconds.toFixed(2)} s with nothing to do; aim: ${aims.again}`,
      ),
      line(
        most <= made.images.length + 1,
        `${name} at most ${most} requests at a mirror with nothing to do, for ${made.images.length} repositories; aim: one each, and one to learn what the registry lists`,
      ),
      ...(plan
        ? [
            line(
              plan.seconds <= aims.plan,
              `${name} ${plan.seconds.toFixed(2)} s for a plan of one changed digest; aim: ${aims.plan}`,
            ),
          ]
        : []),
      line(first.megabytes <= aims.megabytes, `${name} ${Math.round(first.megabytes)} MB; aim: ${aims.megabytes}`),
    ];
  });
}

function print(all: readonly Figures[], made: MadeUpImages, { rounds }: Options): void {
  const sorted = [...all].sort((one, other) => one.latency - other.latency);
  console.log(
    formatTable(
      head,
      sorted.map((each) => rowOf(each, made.bytes)),
    ),
  );
  console.log(`${formatAims(sorted, made).join("\n")}\n`);
  for (const { name, usage } of copiers)
    if (all.some(({ program }) => program === name)) console.log(`${name}: ${usage}`);
  console.log("kpromo: left out, because it lists what destinations hold by an extension of Google's registries");
  console.log(
    `\n${made.images.length} images of two platforms, ${made.blobs} distinct blobs, ${(made.bytes / 1e9).toFixed(2)} GB; Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} processors; medians of ${rounds}`,
  );
}

async function main(): Promise<void> {
  const options = readOptions();
  const tools = await findTools(["registry", "crane"], console.error);
  const registry = tools.get("registry");
  if (registry === undefined) throw new Error("the registry of the distribution project is needed");
  requireSpace(tmpdir(), options.gigabytes);
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const made = makeUpImages(options.images, options.gigabytes * 1e9);
  const figures = await measureAll(options, made, folder, registry);
  if (options.json) {
    const { images, bytes, blobs } = made;
    console.log(
      JSON.stringify({ node: process.version, aims, images: images.length, bytes, blobs, figures }, undefined, 2),
    );
  } else print(figures, made, options);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
