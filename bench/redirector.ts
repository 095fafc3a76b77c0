/**
 * Compares redirectors: `npx tsx bench/redirector.ts [--json] [--load NAME]... [NAME...]`: our server on Node (the
 * one that runs this) and on Bun, the exports for nginx and Envoy, archeio, and bare servers of nginx, Node and Bun,
 * which decide nothing and give everybody one of our answers. Each program has one processor for itself and the table
 * that ships; wrk has the other. Our servers write their log to a file and count for their metrics; mirrors are not
 * asked. At last, the stages of a request are measured in process (`bench/stages.ts`). All of it takes about 16
 * minutes.
 *
 * There are three loads; `--load` selects some of them:
 *
 * - `pulls`: tags, manifests, blobs and files for clients in all clouds;
 * - `blobs`: blobs for clients at Google;
 * - `ping`: `/v2/` alone, with which a client begins every pull.
 *
 * archeio (https://github.com/kubernetes/registry.k8s.io) takes part in `blobs` and `ping` where the variable `ARCHEIO`
 * names its binary. It writes its request log (`-v=2`) to a file. For clients at Google it does the same work as we do:
 * it identifies the client by its address and redirects it; for others it would first ask a bucket on the Internet. Its
 * answer to `/v2/` is shorter than ours: one header besides those that Go adds, and no body.
 */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { formatTable } from "../cli/text-table";
import { bundle } from "../packaging/bundle";
import { rawRequest } from "../test/conformance/raw-request";
import { findFreePort } from "../test/peers/find-free-port";
import { findTools } from "../test/peers/find-tools";
import { clientProcessor, MeasuredProgram, serverProcessor } from "./measured-program";
import { median } from "./median";
import { googleBlobs, ping, pullMix, wrkScript } from "./pull-mix";
import {
  bare,
  bareOf,
  type Load,
  type LoadName,
  limit,
  loadNames,
  peer,
  place,
  type Subject,
  subjectsOf,
} from "./subjects";

/** How many different requests are sent, and for how many of them the programs' answers are compared. */
const pullCount = 4096;
const comparedCount = 200;
/** How long one measurement runs, after a shorter one that is not counted. Whole seconds. */
const seconds = 6;
const warmSeconds = 2;
/** How many measurements are taken of each program, alternately. */
const rounds = 3;
const starts = 15;

/** The targets for 64 connections, relative to the bare server on the same runtime and to archeio in the same run. */
const aims = {
  Bun: { ofBare: 0.75, p99OfBare: 1.5, ofArcheio: { blobs: 2.5, ping: 1.5 } },
  Node: { ofBare: 0.75, p99OfBare: 1.5, ofArcheio: { blobs: 1.5 } },
  "nginx, exported": { ofBare: 0.85 },
} as const;

interface Figures {
  readonly program: string;
  readonly load: LoadName;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Answers that took over two seconds. */
  readonly late: number;
  /** CPU time of the server per request. */
  readonly microseconds: number;
  readonly megabytes: number;
}

/** The figures, with ratios to the requests per second of other programs; undefined if those were not measured. */
interface ComparedFigures extends Figures {
  readonly ofBare: number | undefined;
  readonly p99OfBare: number | undefined;
  readonly ofArcheio: number | undefined;
  readonly ofNginx: number | undefined;
}

function isLoadOf({ loads }: Subject, { name }: Load): boolean {
  return loads?.includes(name) ?? true;
}

async function started<T>(
  subject: Subject,
  load: LoadName,
  act: (program: MeasuredProgram, port: number) => T | Promise<T>,
): Promise<T> {
  const port = await findFreePort();
  const log = place("output.log");
  const program = await MeasuredProgram.start({ ...subject.options(port, load), port, log });
  try {
    return await act(program, port);
  } finally {
    await program.stop();
    rmSync(log, { force: true });
  }
}

/** Status and `Location` of the answers to a load's first requests. */
async function answersTo(subject: Subject, { name, pulls }: Load): Promise<string[]> {
  return await started(subject, name, async (_, port) => {
    const answers: string[] = [];
    for (const { target, host, forwardedFor } of pulls.slice(0, comparedCount)) {
      const headers = [["X-Forwarded-For", forwardedFor]] as const;
      const { status, headers: fields } = await rawRequest(port, { method: "GET", target, host, headers });
      answers.push(`${status} ${fields.location}`);
    }
    return answers;
  });
}

/** Figures for different answers would be meaningless. archeio has its own mirrors. */
async function requireAgreement(subjects: readonly Subject[], load: Load): Promise<void> {
  const deciding = subjects.filter((subject) => !bare.includes(subject.name) && isLoadOf(subject, load));
  const all = new Map<string, readonly string[]>();
  for (const subject of deciding) all.set(subject.name, await answersTo(subject, load));
  const archeio = all.get(peer);
  all.delete(peer);
  load.pulls.slice(0, comparedCount).forEach(({ target, forwardedFor }, index) => {
    const answers = new Map([...all].map(([name, each]) => [name, each[index]]));
    if (new Set(answers.values()).size > 1) {
      throw new Error(`${forwardedFor} asks for ${target}: ${JSON.stringify(Object.fromEntries(answers))}`);
    }
    const [ours] = answers.values();
    if (ours !== undefined && archeio !== undefined && archeio[index]?.slice(0, 3) !== ours.slice(0, 3)) {
      throw new Error(`${forwardedFor} asks for ${target}: archeio answers ${archeio[index]}, ours ${ours}`);
    }
  });
}

interface WrkSummary {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  readonly refused: number;
  /** Answers that took over two seconds. */
  readonly late: number;
}

function wrk(path: string, port: number, load: LoadName, count: number, duration: number): WrkSummary {
  const wrkArgs = [
    "-t1",
    `-c${count}`,
    `-d${duration}s`,
    "--latency",
    "-s",
    place(`${load}.lua`),
    `http://127.0.0.1:${port}/`,
  ];
  const said = execFileSync("taskset", ["--cpu-list", clientProcessor, path, ...wrkArgs], { encoding: "utf8" });
  const summary = JSON.parse(said.trim().split("\n").at(-1) ?? "") as WrkSummary;
  if (summary.errors + summary.refused > 0) throw new Error(`not all requests were answered as expected:\n${said}`);
  return summary;
}

/** Puts load on a newly started program. */
async function measureOnce(subject: Subject, load: LoadName, wrkPath: string, connections: number): Promise<Figures> {
  return await started(subject, load, (program, port) => {
    wrk(wrkPath, port, load, connections, warmSeconds);
    const before = program.processorSeconds();
    const { requests, microseconds, p50, p99, late } = wrk(wrkPath, port, load, connections, seconds);
    return {
      program: subject.name,
      load,
      connections,
      requestsPerSecond: Math.round((requests / microseconds) * 1e6),
      p50Milliseconds: p50 / 1000,
      p99Milliseconds: p99 / 1000,
      late,
      microseconds: ((program.processorSeconds() - before) / requests) * 1e6,
      megabytes: program.residentMegabytes(),
    };
  });
}

function medianFigures(all: readonly Figures[]): Figures {
  const of = (pick: (figures: Figures) => number) => median(all.map(pick));
  return {
    ...(all[0] as Figures),
    requestsPerSecond: of((each) => each.requestsPerSecond),
    p50Milliseconds: of((each) => each.p50Milliseconds),
    p99Milliseconds: of((each) => each.p99Milliseconds),
    late: of((each) => each.late),
    microseconds: of((each) => each.microseconds),
    megabytes: of((each) => each.megabytes),
  };
}

/** Milliseconds from the start of each program to its first answer: medians. */
async function measureStarts(subjects: readonly Subject[], load: LoadName): Promise<Record<string, number>> {
  const all = subjects.map(({ name }) => [name, [] as number[]] as const);
  const begun = new Map(all);
  for (let count = 0; count < starts; count++) {
    for (const subject of subjects) {
      begun.get(subject.name)?.push(await started(subject, load, ({ startMilliseconds }) => startMilliseconds));
    }
  }
  return Object.fromEntries(all.map(([name, each]) => [name, median(each)]));
}

/** Alternates between the programs, so that other work on the machine affects all of them. */
async function measureLoads(
  subjects: readonly Subject[],
  loads: readonly Load[],
  wrkPath: string,
  report: (line: string) => void,
): Promise<Figures[]> {
  const measured = new Map<string, Figures[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const load of loads) {
      for (const connections of load.connections) {
        for (const subject of subjects.filter((each) => isLoadOf(each, load))) {
          report(`round ${round} of ${rounds}: ${load.name}, ${connections} connections: ${subject.name}`);
          const key = `${subject.name} ${load.name} ${connections}`;
          const figures = await measureOnce(subject, load.name, wrkPath, connections);
          measured.set(key, [...(measured.get(key) ?? []), figures]);
        }
      }
    }
  }
  return [...measured.values()].map(medianFigures);
}

function compareFigures(all: readonly Figures[]): ComparedFigures[] {
  return all.map((figures) => {
    const of = (program: string | undefined, pick: (each: Figures) => number) => {
      const other = all.find(
        (each) => each.program === program && each.load === figures.load && each.connections === figures.connections,
      );
      return other === undefined ? undefined : pick(figures) / pick(other);
    };
    const speed = (each: Figures) => each.requestsPerSecond;
    return {
      ...figures,
      ofBare: of(bareOf[figures.program], speed),
      p99OfBare: of(bareOf[figures.program], (each) => each.p99Milliseconds),
      ofArcheio: of(peer, speed),
      ofNginx: of(limit, speed),
    };
  });
}

/** Microseconds per request, in process, by stage and load. */
type StageCosts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What the stages of a request cost on the runtimes of our servers. */
function measureStages(subjects: readonly Subject[], loads: readonly Load[]): Record<string, StageCosts> {
  writeFileSync(place("stages.js"), bundle("../bench/stages.ts", "node20"));
  writeFileSync(place("loads.json"), JSON.stringify(Object.fromEntries(loads.map(({ name, pulls }) => [name, pulls]))));
  const servers = subjects.filter(({ runsOurServer }) => runsOurServer);
  return Object.fromEntries(
    servers.map(({ name, options }) => {
      const { path, env } = options(0, "pulls");
      const programArgs = [place("stages.js"), place("routing.table"), place("loads.json")];
      const text = execFileSync("taskset", ["--cpu-list", serverProcessor, path, ...programArgs], {
        encoding: "utf8",
        env,
      });
      return [name, JSON.parse(text) as StageCosts];
    }),
  );
}

function printStages(all: Readonly<Record<string, StageCosts>>): void {
  for (const [name, costs] of Object.entries(all)) {
    const loads = Object.keys(Object.values(costs)[0] ?? {});
    const rows = Object.entries(costs).map(([stage, of]) => [
      stage,
      ...loads.map((load) => of[load]?.toFixed(2) ?? ""),
    ]);
    console.log(formatTable([`µs in process on ${name}`, ...loads], rows));
  }
}

function shareText(share: number | undefined): string {
  return share === undefined ? "" : share.toFixed(2);
}

/** Each target with the measured figure. */
function formatAims(all: readonly ComparedFigures[]): string[] {
  return all.flatMap(({ program, load, connections, ofBare, p99OfBare, ofArcheio }) => {
    const aim: {
      readonly ofBare?: number;
      readonly p99OfBare?: number;
      readonly ofArcheio?: Partial<Record<LoadName, number>>;
    } = (aims as Readonly<Record<string, object>>)[program] ?? {};
    if (connections !== 64) return [];
    const line = (of: string, reached: number | undefined, wanted: number | undefined, isMet: boolean) =>
      reached === undefined || wanted === undefined
        ? []
        : [`${isMet ? "met   " : "missed"}  ${program}, ${load}: ${reached.toFixed(2)} of ${of}; aim: ${wanted}`];
    const [bareShare = 0, latency = 0, peerShare = 0] = [ofBare, p99OfBare, ofArcheio];
    const peerAim = aim.ofArcheio?.[load];
    return [
      ...line("its bare server's requests/s", ofBare, aim.ofBare, bareShare >= (aim.ofBare ?? 0)),
      ...line("its bare server's p99", p99OfBare, aim.p99OfBare, latency <= (aim.p99OfBare ?? 0)),
      ...line("archeio's requests/s", ofArcheio, peerAim, peerShare >= (peerAim ?? 0)),
    ];
  });
}

const head = [
  ["load", "connections", "program", "requests/s", "of its bare server", "of archeio", "of bare nginx"],
  ["p50 ms", "p99 ms", "of bare p99", "over 2 s", "processor µs", "MB", "start ms"],
].flat();

function print(all: readonly ComparedFigures[], begun: Readonly<Record<string, number>>): void {
  const rows = all.map((each) => [
    each.load,
    each.connections,
    each.program,
    each.requestsPerSecond.toLocaleString("en-GB"),
    shareText(each.ofBare),
    shareText(each.ofArcheio),
    shareText(each.ofNginx),
    each.p50Milliseconds.toFixed(2),
    each.p99Milliseconds.toFixed(2),
    shareText(each.p99OfBare),
    each.late,
    each.microseconds.toFixed(1),
    each.megabytes.toFixed(0),
    begun[each.program]?.toFixed(1) ?? "",
  ]);
  console.log(formatTable(head, rows));
  console.log(`${formatAims(all).join("\n")}\n`);
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}; medians of ${rounds} loads of ${seconds} s and of ${starts} starts`,
  );
}

async function run(): Promise<void> {
  if (availableParallelism() < 2) throw new Error("two processors are needed: one for a server, one for its clients");
  const { values, positionals: names } = parseArgs({
    options: { json: { type: "boolean", default: false }, load: { type: "string", multiple: true, default: [] } },
    allowPositionals: true,
  });
  const tools = await findTools(["wrk", "nginx", "envoy", "bun"], console.error);
  const wrkPath = tools.get("wrk");
  if (wrkPath === undefined) throw new Error("wrk generates the load: install it");
  const all: readonly Load[] = [
    { name: "pulls", pulls: pullMix(pullCount), connections: [64, 512] },
    { name: "blobs", pulls: googleBlobs(pullCount), connections: [64] },
    { name: "ping", pulls: [ping], connections: [64] },
  ];
  const loads = all.filter(({ name }) => values.load.length === 0 || values.load.includes(name));
  const [first] = loads;
  if (first === undefined) throw new Error(`--load must be one of ${loadNames.join(", ")}`);
  for (const { name, pulls } of loads) writeFileSync(place(`${name}.lua`), wrkScript(pulls));
  const subjects = subjectsOf(tools, loads).filter(({ name }) => names.length === 0 || names.includes(name));
  for (const load of loads) await requireAgreement(subjects, load);
  const begun = await measureStarts(subjects, first.name);
  const figures = compareFigures(await measureLoads(subjects, loads, wrkPath, console.error));
  const stages = measureStages(subjects, loads);
  if (values.json) {
    const report = { node: process.version, aims, startMilliseconds: begun, figures, stages };
    console.log(JSON.stringify(report, undefined, 2));
    return;
  }
  print(figures, begun);
  printStages(stages);
}

run().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
