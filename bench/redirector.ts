/**
 * Measures redirectors beside each other: `npx tsx bench/redirector.ts [--json] [NAME...]`, the server on Node (the one
 * that runs this) and on Bun, the exports for nginx and Envoy, and nginx with a bare `return 307` as the limit; of Node
 * and Bun also what a server that decides nothing reaches there. Each has one processor for itself and the table that
 * ships; wrk has the other. Our own servers write their log to a file and count for their metrics; mirrors are not
 * asked. Takes about nine minutes.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { textTable } from "../cli/text-table";
import { envoyConfiguration } from "../exports/envoy";
import { nginxConfiguration } from "../exports/nginx";
import { bundle } from "../packaging/bundle";
import { compileTable, loadProject } from "../project/load-project";
import { dayOf } from "../routing/conditions";
import { rawRequest } from "../test/conformance/raw-request";
import { findTools, type ToolName } from "../test/peers/find-tools";
import { freePort } from "../test/peers/free-port";
import { bareServers } from "./bare-servers";
import { clientProcessor, MeasuredProgram, type ProgramOptions } from "./measured-program";
import { median } from "./median";
import { type Pull, pullMix, wrkScript } from "./pull-mix";

/** How many different requests are sent, and how many of them are compared between the programs. */
const pullCount = 4096;
const comparedCount = 200;
/** How long one measurement runs, after a shorter one that is not counted. Whole seconds. */
const seconds = 6;
const warmSeconds = 2;
/** How many measurements are taken of each program, in turns. */
const rounds = 3;
const starts = 15;
const connections = [64, 512] as const;

const limit = "nginx, bare";
/** These decide nothing: their answers are not compared with others'. */
const bare = [limit, "Node, bare", "Bun, bare"];

/** Issue 4, section 7. */
const aims = {
  Bun: { ofLimit: 0.8, p99Milliseconds: 3, startMilliseconds: 15, megabytes: 100 },
  Node: { ofLimit: 0.5, p99Milliseconds: 3, startMilliseconds: 60, megabytes: 100 },
  "nginx, exported": { ofLimit: 0.85, p99Milliseconds: 3 },
} as const;

interface Subject {
  readonly name: string;
  /** Writes what it needs, and says how it is started. */
  options(port: number): Omit<ProgramOptions, "port" | "log">;
}

interface Load {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Answers that took over two seconds. */
  readonly late: number;
  /** Of the server's processor, for one request. */
  readonly microseconds: number;
  readonly megabytes: number;
}

const folder = mkdtempSync(join(tmpdir(), "mirrorform-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const place = (name: string) => join(folder, name);

/** As in a container: what a person's shell sets for Node alone costs 34 ms at its start. */
function cleanEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, ...more };
}

function withOneWorker(configuration: string): string {
  const once = configuration.replace("worker_processes auto;", "worker_processes 1;");
  if (once === configuration) throw new Error("the exported configuration has no number of workers to replace");
  return once;
}

const bareConfiguration = (port: number) => `worker_processes 1;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    server {
        listen 127.0.0.1:${port};
        return 307 https://mirror.example.org$request_uri;
    }
}
`;

function nginxOptions(path: string, name: string, configuration: string): ReturnType<Subject["options"]> {
  writeFileSync(place(name), configuration);
  return { path, args: ["-p", folder, "-c", place(name), "-g", "daemon off;"], env: process.env };
}

/**
 * The rich inventory of the tests, but with clouds that state to hold everything: an export leaves out those of which it
 * would have to be asked, and would give other answers.
 */
function completeInventory(): string {
  const fixture = join(__dirname, "../test/fixtures/inventories/rich");
  const rich = readFileSync(join(fixture, "mirrors.yaml"), "utf8");
  // Without the stores that are deployed, exports would send nobody to them.
  copyFileSync(join(fixture, "deployed.yaml"), place("deployed.yaml"));
  const unstated = rich.replace(/, presence: asked/g, "").replace(/^ {4}presence: .*\n/gm, "");
  writeFileSync(
    place("mirrors.yaml"),
    unstated.replace(/^ {4}cloud: (?:aws|azure|google)$/gm, "$&\n    presence: complete"),
  );
  return place("mirrors.yaml");
}

/** Everything that can be had here, and is asked for. */
function subjectsOf(tools: ReadonlyMap<ToolName, string>): Subject[] {
  const { table, bytes } = compileTable(loadProject({ inventory: completeInventory() }));
  writeFileSync(place("routing.table"), bytes);
  writeFileSync(place("container.js"), bundle("container.ts", "node20"));
  const settings = (port: number) => ({
    PORT: String(port),
    MIRRORFORM_TABLE: place("routing.table"),
    MIRRORFORM_CLIENT_ADDRESS: "forwarded:1",
    MIRRORFORM_PRESENCE: "assume",
    MIRRORFORM_LOG: "1",
  });
  const container = (path: string) => (port: number) => ({
    path,
    args: [place("container.js")],
    env: cleanEnvironment(settings(port)),
  });
  const bareServer = (path: string, program: string) => (port: number) => {
    writeFileSync(place("bare.js"), program);
    return { path, args: [place("bare.js")], env: cleanEnvironment({ PORT: String(port) }) };
  };
  const exported = (port: number) => ({
    table,
    today: dayOf(new Date()),
    clientAddress: { from: "forwarded", position: 1 } as const,
    listen: { host: "127.0.0.1", port },
  });
  const nginx = tools.get("nginx");
  const envoy = tools.get("envoy");
  const bun = tools.get("bun");
  const all: (Subject | undefined)[] = [
    nginx === undefined
      ? undefined
      : { name: limit, options: (port) => nginxOptions(nginx, "bare.conf", bareConfiguration(port)) },
    nginx === undefined
      ? undefined
      : {
          name: "nginx, exported",
          options: (port) => nginxOptions(nginx, "nginx.conf", withOneWorker(nginxConfiguration(exported(port)).text)),
        },
    envoy === undefined
      ? undefined
      : {
          name: "Envoy, exported",
          options: (port) => {
            writeFileSync(place("envoy.yaml"), envoyConfiguration(exported(port)).text);
            const args = [
              "-c",
              place("envoy.yaml"),
              "--use-dynamic-base-id",
              "--concurrency",
              "1",
              "--log-level",
              "off",
            ];
            return { path: envoy, args, env: process.env };
          },
        },
    { name: "Node", options: container(process.execPath) },
    { name: "Node, bare", options: bareServer(process.execPath, bareServers.node) },
    bun === undefined ? undefined : { name: "Bun", options: container(bun) },
    bun === undefined ? undefined : { name: "Bun, bare", options: bareServer(bun, bareServers.bun) },
  ];
  return all.filter((subject) => subject !== undefined);
}

async function started<T>(
  subject: Subject,
  act: (program: MeasuredProgram, port: number) => T | Promise<T>,
): Promise<T> {
  const port = await freePort();
  const log = place("output.log");
  const program = await MeasuredProgram.start({ ...subject.options(port), port, log });
  try {
    return await act(program, port);
  } finally {
    await program.stop();
    rmSync(log, { force: true });
  }
}

async function locations(subject: Subject, pulls: readonly Pull[]): Promise<string[]> {
  return await started(subject, async (_, port) => {
    const told: string[] = [];
    for (const { target, host, address } of pulls) {
      const headers = [["X-Forwarded-For", address]] as const;
      const { status, headers: fields } = await rawRequest(port, { method: "GET", target, host, headers });
      told.push(`${status} ${fields.location}`);
    }
    return told;
  });
}

/** A figure that is not of the same answers would be worth nothing. */
async function requireAgreement(subjects: readonly Subject[], pulls: readonly Pull[]): Promise<void> {
  const deciding = subjects.filter(({ name }) => !bare.includes(name));
  const all = new Map<string, readonly string[]>();
  for (const subject of deciding) all.set(subject.name, await locations(subject, pulls));
  pulls.forEach(({ target, address }, index) => {
    const told = new Map([...all].map(([name, answers]) => [name, answers[index]]));
    if (new Set(told.values()).size > 1) {
      throw new Error(`${address} asks for ${target}, and is told ${JSON.stringify(Object.fromEntries(told))}`);
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

function wrk(path: string, port: number, count: number, duration: number): WrkSummary {
  const wrkArgs = [
    "-t1",
    `-c${count}`,
    `-d${duration}s`,
    "--latency",
    "-s",
    place("pulls.lua"),
    `http://127.0.0.1:${port}/`,
  ];
  const said = execFileSync("taskset", ["--cpu-list", clientProcessor, path, ...wrkArgs], { encoding: "utf8" });
  const summary = JSON.parse(said.trim().split("\n").at(-1) ?? "") as WrkSummary;
  if (summary.errors + summary.refused > 0) throw new Error(`not every request was answered with a redirect:\n${said}`);
  return summary;
}

/** Loads a program that was started afresh. */
async function load(subject: Subject, wrkPath: string, count: number): Promise<Load> {
  return await started(subject, (program, port) => {
    wrk(wrkPath, port, count, warmSeconds);
    const before = program.processorSeconds();
    const { requests, microseconds, p50, p99, late } = wrk(wrkPath, port, count, seconds);
    return {
      requestsPerSecond: (requests / microseconds) * 1e6,
      p50Milliseconds: p50 / 1000,
      p99Milliseconds: p99 / 1000,
      late,
      microseconds: ((program.processorSeconds() - before) / requests) * 1e6,
      megabytes: program.residentMegabytes(),
    };
  });
}

function medianLoad(loads: readonly Load[]): Load {
  const of = (pick: (load: Load) => number) => median(loads.map(pick));
  return {
    requestsPerSecond: Math.round(of((each) => each.requestsPerSecond)),
    p50Milliseconds: of((each) => each.p50Milliseconds),
    p99Milliseconds: of((each) => each.p99Milliseconds),
    late: of((each) => each.late),
    microseconds: of((each) => each.microseconds),
    megabytes: of((each) => each.megabytes),
  };
}

interface Figures {
  readonly name: string;
  /** Median. */
  readonly startMilliseconds: number;
  readonly loads: Readonly<Record<(typeof connections)[number], Load>>;
}

async function measure(
  subjects: readonly Subject[],
  wrkPath: string,
  tell: (line: string) => void,
): Promise<Figures[]> {
  const begun = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let count = 0; count < starts; count++) {
    for (const subject of subjects) {
      begun.get(subject.name)?.push(await started(subject, ({ startMilliseconds }) => startMilliseconds));
    }
  }
  const loads = new Map<string, Load[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      for (const count of connections) {
        tell(`round ${round} of ${rounds}: ${subject.name}, ${count} connections`);
        const key = `${subject.name} ${count}`;
        loads.set(key, [...(loads.get(key) ?? []), await load(subject, wrkPath, count)]);
      }
    }
  }
  return subjects.map(({ name }) => ({
    name,
    startMilliseconds: median(begun.get(name) ?? []),
    loads: Object.fromEntries(
      connections.map((count) => [count, medianLoad(loads.get(`${name} ${count}`) ?? [])]),
    ) as Figures["loads"],
  }));
}

function print(figures: readonly Figures[]): void {
  const best = figures.find(({ name }) => name === limit);
  const share = (each: Load, count: (typeof connections)[number]) =>
    best ? (each.requestsPerSecond / best.loads[count].requestsPerSecond).toFixed(2) : "";
  const rows = figures.flatMap(({ name, startMilliseconds, loads }) =>
    connections.map((count) => {
      const each = loads[count];
      const { requestsPerSecond, p50Milliseconds, p99Milliseconds, late, microseconds, megabytes } = each;
      return [
        name,
        count,
        requestsPerSecond.toLocaleString("en-GB"),
        share(each, count),
        p50Milliseconds.toFixed(2),
        p99Milliseconds.toFixed(2),
        late,
        microseconds.toFixed(1),
        megabytes.toFixed(0),
        startMilliseconds.toFixed(1),
      ];
    }),
  );
  const head = [
    "program",
    "connections",
    "requests/s",
    "of bare nginx",
    "p50 ms",
    "p99 ms",
    "over 2 s",
    "processor µs",
    "MB",
    "start ms",
  ];
  console.log(textTable(head, rows));
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}; medians of ${rounds} loads of ${seconds} s and of ${starts} starts`,
  );
}

async function run(): Promise<void> {
  if (availableParallelism() < 2) throw new Error("two processors are needed: one for a server, one for its clients");
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const tools = await findTools(["wrk", "nginx", "envoy", "bun"], console.error);
  const wrkPath = tools.get("wrk");
  if (wrkPath === undefined) throw new Error("wrk makes the load: install it");
  const pulls = pullMix(pullCount);
  writeFileSync(place("pulls.lua"), wrkScript(pulls));
  const subjects = subjectsOf(tools).filter(({ name }) => names.length === 0 || names.includes(name));
  await requireAgreement(subjects, pulls.slice(0, comparedCount));
  const figures = await measure(subjects, wrkPath, console.error);
  if (process.argv.includes("--json"))
    console.log(JSON.stringify({ node: process.version, aims, figures }, undefined, 2));
  else print(figures);
}

run().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
