import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { digestOf } from "../../stores/registry/content";
import { startNode } from "./containerd";
import { filePath } from "./curl-cases";
import type { ToolName } from "./find-tools";
import { assertHolds, whole } from "./image-cases";
import { type Canary, hosts, mortalInventory, origin } from "./inventory";
import { type MortalMirror, mortalMirror } from "./mortal-mirror";
import { type Output, runProgram } from "./program";
import { repository, tags } from "./push";
import { type Redirector, startRedirector } from "./redirector";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";
import type { Stage } from "./stage";

/** What is known of a client that pulls while its mirror dies. */
interface Pull {
  readonly stage: Stage;
  /** `HOST:PORT` */
  readonly redirector: string;
  readonly folder: string;
  run(...args: readonly string[]): Promise<Output>;
}

/** A client, and how it pulls the whole image into a folder: each call may go on where the last one failed. */
interface Client {
  readonly client: ToolName;
  /** @throws Error where the client fails */
  start(pull: Pull): Promise<{ again(): Promise<unknown>; check(): void | Promise<void>; stop?(): Promise<void> }>;
}

const [tag] = tags;
const image = `${repository}:${tag}`;

function intoLayout(client: ToolName, args: (pull: Pull) => readonly string[]): Client {
  return {
    client,
    start: async (pull) => ({
      again: () => pull.run(...args(pull)),
      check: () => assertHolds(pull.folder, whole(pull.stage.image)),
    }),
  };
}

const clients: readonly Client[] = [
  intoLayout("crane", ({ redirector, folder }) => ["pull", "--format", "oci", `${redirector}/${image}`, folder]),
  intoLayout("regctl", ({ redirector, folder }) => {
    const copy = ["image", "copy", `${redirector}/${image}`, `ocidir://${folder}:copied`];
    return ["--host", `reg=${redirector},tls=disabled`, ...copy];
  }),
  intoLayout("skopeo", ({ redirector, folder }) => {
    const copy = ["--insecure-policy", "copy", "--all", "--preserve-digests", "--src-tls-verify=false"];
    return [...copy, `docker://${redirector}/${image}`, `oci:${folder}:copied`];
  }),
  {
    client: "ctr",
    async start({ stage, ...pull }) {
      const node = await startNode({ ...pull, image });
      return {
        again: () => node.fetch(),
        async check() {
          const held = await node.held();
          for (const { digest } of whole(stage.image)) assert.ok(held.has(digest), `${digest} was not fetched`);
        },
        stop: () => node.stop(),
      };
    },
  },
];

/** How long a client is started again while it fails, and how long it rests between, in milliseconds. */
const patience = 120_000;
const rest = 1_000;

/** Files for mirrors: several, so that each mirror gets some, and large enough to be cut. */
const filesAtMirrors = Array.from({ length: 8 }, (_, index) => `${filePath}-${index}`);

function contents({ image: { platforms }, files }: Stage): Map<string, Buffer> {
  const file = files.get(filePath) ?? Buffer.alloc(0);
  const blobs = Object.values(platforms).flatMap((platform) => platform.blobs);
  return new Map([
    ...blobs.map(({ digest, bytes }) => [`v2/${repository}/blobs/${digest}`, Buffer.from(bytes)] as const),
    ...[filePath, ...filesAtMirrors].map((path) => [path, file] as const),
  ]);
}

function canaryOf({ image: { platforms } }: Stage): Canary {
  return { blob: `${repository}@${platforms["linux/amd64"].blobs[0]?.digest}`, file: filePath };
}

interface Scene {
  readonly mirrors: readonly MortalMirror[];
  readonly redirector: Redirector;
  readonly folder: string;
  run(path: string, ...args: readonly string[]): Promise<Output>;
}

/** Sets a scene of its own for one client, since mirrors die and redirectors remember. */
async function withScene(
  stage: Stage,
  folder: string,
  mirrors: readonly MortalMirror[],
  act: (scene: Scene) => Promise<string>,
): Promise<string> {
  const home = mkdtempSync(join(folder, "killed-"));
  const work = join(home, "work");
  mkdirSync(work);
  const inventory = join(home, "mirrors.yaml");
  const ports = mirrors.map(({ port }) => port);
  writeFileSync(inventory, mortalInventory(stage.places, ports, canaryOf(stage)));
  const redirector = await startRedirector(inventory);
  try {
    const run = (path: string, ...args: readonly string[]) => runProgram(path, args, clientEnvironment(home));
    return await act({ mirrors, redirector, folder: work, run });
  } finally {
    await redirector.stop();
    for (const mirror of mirrors) await mirror.stop();
  }
}

/** What is read of a line about a blob. */
interface BlobLine {
  readonly class?: string;
  readonly status?: number;
  readonly digest?: string;
  readonly mirror?: string;
}

/** The mirrors that a client was sent to for one blob, in order. */
async function sentTo({ redirector }: Scene, cut: string): Promise<string[]> {
  const lines = (await redirector.newLines()).map((line) => JSON.parse(line) as BlobLine);
  for (const { status = 0 } of lines) assert.ok(status < 400, `status ${status}`);
  return lines.flatMap(({ digest, mirror = "" }) => (digest !== undefined && cut.endsWith(digest) ? [mirror] : []));
}

async function pullWhileItDies(client: Client, path: string, stage: Stage, scene: Scene): Promise<string> {
  const { folder, redirector, mirrors } = scene;
  const place = `127.0.0.1:${redirector.port}`;
  const pull = await client.start({ stage, folder, redirector: place, run: (...args) => scene.run(path, ...args) });
  const start = performance.now();
  let first: string[] | undefined;
  let calls = 0;
  for (let done = false; !done; ) {
    calls++;
    done = await pull.again().then(
      () => true,
      (error: unknown) => {
        if (performance.now() - start > patience) throw error;
        return false;
      },
    );
    first ??= await sentTo(scene, mirrors[0]?.cut ?? "");
    if (!done) await pause(rest);
  }
  await pull.check();
  await pull.stop?.();
  const [mirror] = mirrors;
  assert.ok(mirror?.cut !== undefined && mirror.served > 0, "the mirror died in the middle");
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  return `asked ${first?.length} times for the layer that was cut; whole after ${calls} calls, ${seconds} s`;
}

async function checkPulls(
  stage: Stage,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  for (const client of clients) {
    const path = tools.get("registry") && tools.get(client.client);
    await report.check(client.client, "pull of all platforms", path, async (program) => {
      const mirror = await mortalMirror(contents(stage), true);
      return withScene(stage, folder, [mirror], (scene) => pullWhileItDies(client, program, stage, scene));
    });
  }
}

/** curl with what it tells of the last answer, following redirects of the users' host name. */
class Curl {
  constructor(
    private readonly path: string,
    private readonly scene: Scene,
  ) {}

  /** Downloads into the folder. @returns the status and the port of the place that answered last */
  async get(file: string, ...args: readonly string[]): Promise<{ status: string; port: number }> {
    const { redirector, folder } = this.scene;
    const led = ["--connect-to", `${hosts.files}:80:127.0.0.1:${redirector.port}`];
    const out = ["--output", this.place(file), "--write-out", "%{http_code} %{url_effective}"];
    const quiet = ["--silent", "--show-error", "--location", "--fail"];
    const url = `http://${hosts.files}/${file}`;
    const told = await this.scene.run(this.path, ...quiet, ...led, ...out, ...args, url);
    const [status = "", last = ""] = told.split(" ");
    assert.ok(existsSync(folder));
    return { status, port: Number(new URL(last).port) };
  }

  place(file: string): string {
    return join(this.scene.folder, file.replaceAll("/", "_"));
  }

  bytes(file: string): Buffer {
    return readFileSync(this.place(file));
  }
}

const rest206 = ["--continue-at", "-"];

async function resumeAtTheSame(stage: Stage, path: string, scene: Scene): Promise<string> {
  const curl = new Curl(path, scene);
  const whole = digestOf(stage.files.get(filePath) ?? Buffer.alloc(0));
  const ports: number[] = [];
  for (const file of filesAtMirrors) {
    const first = await curl.get(file, "--range", "0-399999");
    const second = await curl.get(file, ...rest206);
    assert.deepEqual([first.status, second], ["206", { status: "206", port: first.port }], file);
    assert.equal(digestOf(curl.bytes(file)), whole);
    ports.push(second.port);
  }
  const used = new Set(ports);
  assert.ok(used.size > 1, "all files came from one mirror, which proves nothing");
  return `${ports.length} files, each from one mirror; ${used.size} of ${scene.mirrors.length} mirrors used`;
}

async function resumeElsewhere(stage: Stage, path: string, scene: Scene): Promise<string> {
  const curl = new Curl(path, scene);
  const file = filesAtMirrors[0] ?? "";
  for (const mirror of scene.mirrors) mirror.mortal = true;
  await assert.rejects(curl.get(file), /exit status 18/, "curl tells of a transfer that was cut");
  const dead = scene.mirrors.find(({ cut }) => cut !== undefined);
  for (const mirror of scene.mirrors) mirror.mortal = false;
  const half = curl.bytes(file).length;
  const start = performance.now();
  const retry = ["--retry", "100", "--retry-delay", "1", "--retry-connrefused"];
  const { status, port } = await curl.get(file, ...rest206, ...retry);
  assert.equal(status, "206");
  assert.notEqual(port, dead?.port);
  assert.equal(digestOf(curl.bytes(file)), digestOf(stage.files.get(filePath) ?? Buffer.alloc(0)));
  const from = scene.mirrors.some((mirror) => mirror.port === port) ? "another mirror" : origin;
  return `the first ${half} bytes from the mirror that died, the rest from ${from} after ${((performance.now() - start) / 1000).toFixed(1)} s`;
}

async function checkResumes(
  stage: Stage,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  const path = tools.get("curl");
  for (const [name, act] of [
    ["rest of a download, from the mirror that it began with", resumeAtTheSame],
    ["rest of a download whose mirror died, from elsewhere", resumeElsewhere],
  ] as const) {
    await report.check("curl", name, path, async (program) => {
      const held = contents(stage);
      const mirrors = [
        await mortalMirror(held, false),
        await mortalMirror(held, false),
        await mortalMirror(held, false),
      ];
      return withScene(stage, folder, mirrors, (scene) => act(stage, program, scene));
    });
  }
}

/**
 * A mirror dies while it serves a layer or a file, and clients go on: those that try again by themselves, and those
 * whose user does.
 */
export async function checkKilledMirror(
  stage: Stage,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  report.head("A mirror is killed in the middle: clients end up with everything");
  await checkPulls(stage, tools, folder, report);
  await checkResumes(stage, tools, folder, report);
}
