/**
 * Measures what clients notice when a mirror fails: `npx tsx bench/faults.ts [--json]`. Each fault has its own
 * `mirrorform serve` on loopback, whose nearest mirror has the fault. Takes about five minutes, most of which are spent
 * waiting for recovered mirrors to get their clients back. The exit status is 1 if a figure is over its limit
 * (`docs/measurements.md`, "Faults").
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { formatTable } from "../cli/text-table";
import { type Server, startServer } from "../test/peers/program";
import { type FaultyMirror, startMirror } from "../test/redirector/faulty-mirrors";
import { type FaultScene, faultScenes } from "./fault-scenes";
import { FrontDoor, trustedCertificate } from "./front-door";
import { median } from "./median";

const firstLimitMilliseconds = 350;
const openLimitMilliseconds = 5;
/** The number of answers that are measured while the mirror's breaker is open. */
const openAnswers = 200;
/** How long the mirror's fault lasts after that, with a client from time to time; milliseconds. */
const illness = 10_000;
const interval = 100;
/** The maximum age of the text of `/-/metrics`, in milliseconds. */
const metricsAge = 1_000;

const root = join(__dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "mirrorform-bench-"));

interface Figures {
  readonly fault: string;
  readonly firstMilliseconds: number;
  /** Answers before the breaker opened, including the first. */
  readonly answersBefore: number;
  readonly slowestBeforeMilliseconds: number;
  readonly openMilliseconds: number;
  readonly slowestOpenMilliseconds: number;
  /** Time from the end of the fault to the first client that is sent there again. */
  readonly recoverySeconds: number;
  /** The number of clients sent to each place during the fault: before the breaker opened, and after. */
  readonly sentBefore: Readonly<Record<string, number>>;
  readonly sentWhileOpen: Readonly<Record<string, number>>;
  /** Answers that were not redirects. */
  readonly failures: number;
}

/** The answer to one client. */
interface Told {
  readonly milliseconds: number;
  readonly status: number;
  /** `the mirror`, `another mirror` or `the origin`; undefined if it is not a redirect. */
  readonly to: string | undefined;
}

type Place = "mirror" | "other" | "origin";
const names: Readonly<Record<Place, string>> = {
  mirror: "the mirror",
  other: "another mirror",
  origin: "the origin",
};

/** All clients on loopback belong to the first mirror's own provider. */
function inventory(bases: Readonly<Record<Place, string>>, complete: boolean): string {
  const blobs = (place: Place) => `blobs: "${bases[place]}/${place}/{digest}"`;
  return `project: { name: trial, contact: admin@example.org, info: "https://example.org/a", privacy: "https://example.org/b" }
hosts:
  registry.example.org: { serves: [images] }
dns: { zone: example.org }
redirector:
  runs-at: { aws: [us-east-2] }
  canary: { blob: pause@sha256:${"c".repeat(64)} }
origin: origin/main
providers:
  origin:
    cloud: external
    mirrors:
      main: { registry: "${bases.origin}" }
  local:
    cloud: external
    networks: [{ prefixes: [127.0.0.0/8] }]
    mirrors:
      main: { ${blobs("mirror")}${complete ? ", presence: complete" : ""} }
  anybody:
    cloud: external
    networks: []
    mirrors:
      main: { ${blobs("other")}, weight: 1 }
  aws:
    cloud: aws
    account: "123456789012"
    networks: []
    bucket-access: direct
    mirrors:
      us-east-2: { bucket: {} }
`;
}

/** A redirector with its mirrors, and a client. */
class Trial {
  readonly #agent = new Agent({ keepAlive: true });
  #objects = 0;
  failures = 0;
  readonly mirror: FaultyMirror;
  readonly door: FrontDoor;
  readonly #others: readonly FaultyMirror[];
  readonly #redirector: Server;

  constructor(mirror: FaultyMirror, door: FrontDoor, others: readonly FaultyMirror[], redirector: Server) {
    this.mirror = mirror;
    this.door = door;
    this.#others = others;
    this.#redirector = redirector;
  }

  async ask(): Promise<Told> {
    const digest = (++this.#objects).toString(16).padStart(64, "0");
    const start = performance.now();
    const { statusCode = 0, headers } = await this.#get(`/v2/pause/blobs/sha256:${digest}`);
    const milliseconds = performance.now() - start;
    const [place] = Object.keys(names).filter((name) => headers.location?.includes(`/${name}/`)) as Place[];
    if (statusCode !== 307) this.failures++;
    const to = statusCode === 307 ? names[place ?? "origin"] : undefined;
    return { milliseconds, status: statusCode, to };
  }

  /** Whether the first mirror's breaker is open. */
  async isOpen(): Promise<boolean> {
    const answer = await this.#get("/-/metrics", true);
    return /^mirrorform_breaker_state\{mirror="local\/main",state="open"\} 1$/m.test(answer.text);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#redirector.stop();
    await this.door.close();
    await Promise.all([this.mirror, ...this.#others].map((one) => one.stop()));
  }

  async #get(path: string, whole = false): Promise<IncomingMessage & { text: string }> {
    const request = get({ agent: this.#agent, host: "127.0.0.1", port: this.#redirector.port, path });
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    let text = "";
    for await (const chunk of answer) text += whole ? chunk : "";
    return Object.assign(answer, { text });
  }
}

async function startTrial(scene: FaultScene): Promise<Trial> {
  const { fault = "none", door: state, complete = false, delay = 0, originDown } = scene;
  const [mirror, other, origin] = await Promise.all([startMirror(fault), startMirror("none"), startMirror("none")]);
  mirror.delay = delay;
  const door = new FrontDoor(Number(new URL(mirror.base).port), state === "wrong-certificate" ? "wrong" : undefined);
  await door.open();
  if (state === "closed") await door.close();
  other.fault = originDown ? "none" : "missing";
  if (originDown) await origin.stop();
  const file = join(folder, "mirrors.yaml");
  writeFileSync(file, inventory({ mirror: door.base, other: other.base, origin: origin.base }, complete));
  const redirector = await startServer({
    path: process.execPath,
    args: [join(root, "bin/mirrorform.js"), "serve", "--inventory", file, "--port", "0", "--allow-private-mirrors"],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trustedCertificate },
    ready: /^listening on http:\/\/127\.0\.0\.1:(\d+)$/,
  });
  return new Trial(mirror, door, originDown ? [other] : [other, origin], redirector);
}

async function mend({ mirror, door }: Trial, { door: state }: FaultScene): Promise<void> {
  mirror.fault = "none";
  mirror.delay = 0;
  if (state === "closed") await door.open();
  if (state === "wrong-certificate") door.repairCertificate();
}

function counted(told: readonly Told[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { to = "nowhere" } of told) counts[to] = (counts[to] ?? 0) + 1;
  return counts;
}

const times = (told: readonly Told[]): number[] => told.map(({ milliseconds }) => milliseconds);

async function measure(scene: FaultScene): Promise<Figures> {
  const trial = await startTrial(scene);
  const before = [await trial.ask()];
  while (!(await trial.isOpen())) {
    // Only a timer detects the fault of a mirror that is not asked for objects.
    if (scene.complete) await pause(interval);
    before.push(await trial.ask());
    if (!scene.complete) await pause(metricsAge);
  }
  const open: Told[] = [];
  for (let count = 0; count < openAnswers; count++) open.push(await trial.ask());
  for (const end = performance.now() + illness; performance.now() < end; await pause(interval)) {
    open.push(await trial.ask());
  }
  await mend(trial, scene);
  const mended = performance.now();
  while ((await trial.ask()).to !== names.mirror) await pause(interval);
  const recoverySeconds = (performance.now() - mended) / 1000;
  await trial.stop();
  const measured = open.slice(0, openAnswers);
  return {
    fault: scene.name,
    firstMilliseconds: before[0]?.milliseconds ?? Number.NaN,
    answersBefore: before.length,
    slowestBeforeMilliseconds: Math.max(...times(before)),
    openMilliseconds: median(times(measured)),
    slowestOpenMilliseconds: Math.max(...times(open)),
    recoverySeconds,
    sentBefore: counted(before),
    sentWhileOpen: counted(open),
    failures: trial.failures,
  };
}

function print(all: readonly Figures[]): void {
  const fixed = (figure: number, digits: number) => Number(figure.toFixed(digits));
  const sent = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([to, count]) => `${to} ${count}`)
      .join(", ");
  const head = ["the mirror", "first ms", "answers until breaker open", "slowest ms"];
  const rest = ["then ms (median)", "slowest ms", "back after s", "no redirect", "sent at first", "sent then"];
  const rows = all.map((each) => [
    each.fault,
    fixed(each.firstMilliseconds, 1),
    each.answersBefore,
    fixed(each.slowestBeforeMilliseconds, 1),
    fixed(each.openMilliseconds, 2),
    fixed(each.slowestOpenMilliseconds, 1),
    fixed(each.recoverySeconds, 1),
    each.failures,
    sent(each.sentBefore),
    sent(each.sentWhileOpen),
  ]);
  const limits = [
    "limit",
    firstLimitMilliseconds,
    "",
    firstLimitMilliseconds,
    openLimitMilliseconds,
    "",
    "",
    0,
    "",
    "",
  ];
  process.stdout.write(formatTable([...head, ...rest], [...rows, limits]));
}

function isOverLimit({ slowestBeforeMilliseconds, openMilliseconds, failures }: Figures): boolean {
  return slowestBeforeMilliseconds > firstLimitMilliseconds || openMilliseconds > openLimitMilliseconds || failures > 0;
}

async function run(): Promise<void> {
  const all: Figures[] = [];
  // One after another, so that each is measured on an idle machine.
  for (const scene of faultScenes) all.push(await measure(scene));
  rmSync(folder, { recursive: true });
  const report = { node: process.version, firstLimitMilliseconds, openLimitMilliseconds, faults: all };
  if (process.argv.includes("--json")) console.log(JSON.stringify(report, undefined, 2));
  else print(all);
  for (const { fault } of all.filter(isOverLimit)) {
    console.error(`over a limit: ${fault}`);
    process.exitCode = 1;
  }
}

void run();
