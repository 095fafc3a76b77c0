import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { digestOf } from "../../stores/registry/content";
import { startNode } from "./containerd";
import { filePath } from "./curl-cases";
import { type DyingMirror, startDyingMirror } from "./dying-mirror";
import type { ToolName } from "./find-tools";
import { assertContains, wholeImage } from "./image-cases";
import { type Canary, equalMirrorsInventory, hosts, origin } from "./inventory";
import { type Output, runProgram } from "./program";
import { repository, tags } from "./push";
import { type Redirector, startRedirector } from "./redirector";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";
import type { TestServers } from "./test-servers";

/** Properties of a client that pulls while its mirror dies. */
interface PullOptions {
  readonly servers: TestServers;
  /** `HOST:PORT` */
  readonly redirector: string;
  readonly folder: string;
  run(...args: readonly string[]): Promise<Output>;
}

/** A client that pulls the whole image into a folder. */
interface Client {
  readonly client: ToolName;
  start(options: PullOptions): Promise<StartedPull>;
}

interface StartedPull {
  /** Pulls, or continues where the last call failed. @throws Error if the client fails */
  pull(): Promise<unknown>;
  /** @throws AssertionError if a part of the image is missing */
  check(): void | Promise<void>;
  stop?(): Promise<void>;
}

const [tag] = tags;
const image = `${repository}:${tag}`;

function createLayoutClient(client: ToolName, args: (options: PullOptions) => readonly string[]): Client {
  return {
    client,
    start: async (options) => ({
      pull: () => options.run(...args(options)),
      check: () => assertContains(options.folder, wholeImage(options.servers.image)),
    }),
  };
}

const clients: readonly Client[] = [
  createLayoutClient("crane", ({ redirector, folder }) => [
    "pull",
    "--format",
    "oci",
    `${redirector}/${image}`,
    folder,
  ]),
  createLayoutClient("regctl", ({ redirector, folder }) => {
    const copy = ["image", "copy", `${redirector}/${image}`, `ocidir://${folder}:copied`];
    return ["--host", `reg=${redirector},tls=disabled`, ...copy];
  }),
  createLayoutClient("skopeo", ({ redirector, folder }) => {
    const copy = ["--insecure-policy", "copy", "--all", "--preserve-digests", "--src-tls-verify=false"];
    return [...copy, `docker://${redirector}/${image}`, `oci:${folder}:copied`];
  }),
  {
    client: "ctr",
    async start({ servers, ...options }) {
      const node = await startNode({ ...options, image });
      return {
        pull: () => node.fetch(),
        async check() {
          const digests = await node.listDigests();
          for (const { digest } of wholeImage(servers.image))
            assert.ok(digests.has(digest), `${digest} was not fetched`);
        },
        stop: () => node.stop(),
      };
    },
  },
];

/** How long a failing client is started again, in milliseconds. */
const longestPull = 120_000;
/** Time between two starts, in milliseconds. */
const restartDelay = 1_000;

/** Paths of files that several mirrors have: enough for each mirror to serve some, and large enough to be interrupted. */
const filesAtMirrors = Array.from({ length: 8 }, (_, index) => `${filePath}-${index}`);

function contents({ image: { platforms }, files }: TestServers): Map<string, Buffer> {
  const file = files.get(filePath) ?? Buffer.alloc(0);
  const blobs = Object.values(platforms).flatMap((platform) => platform.blobs);
  return new Map([
    ...blobs.map(({ digest, bytes }) => [`v2/${repository}/blobs/${digest}`, Buffer.from(bytes)] as const),
    ...[filePath, ...filesAtMirrors].map((path) => [path, file] as const),
  ]);
}

function canaryOf({ image: { platforms } }: TestServers): Canary {
  return { blob: `${repository}@${platforms["linux/amd64"].blobs[0]?.digest}`, file: filePath };
}

interface FailureContext {
  readonly mirrors: readonly DyingMirror[];
  readonly redirector: Redirector;
  readonly folder: string;
  run(path: string, ...args: readonly string[]): Promise<Output>;
}

/** Runs one case with its own mirrors and redirector, since mirrors die and redirectors remember that. */
async function withRedirector(
  servers: TestServers,
  folder: string,
  mirrors: readonly DyingMirror[],
  runCase: (context: FailureContext) => Promise<string>,
): Promise<string> {
  const home = mkdtempSync(join(folder, "killed-"));
  const work = join(home, "work");
  mkdirSync(work);
  const inventory = join(home, "mirrors.yaml");
  const ports = mirrors.map(({ port }) => port);
  writeFileSync(inventory, equalMirrorsInventory(servers.ports, ports, canaryOf(servers)));
  const redirector = await startRedirector(inventory);
  try {
    const run = (path: string, ...args: readonly string[]) => runProgram(path, args, clientEnvironment(home));
    return await runCase({ mirrors, redirector, folder: work, run });
  } finally {
    await redirector.stop();
    for (const mirror of mirrors) await mirror.stop();
  }
}

/** The fields that are read from a line of the redirector's log. */
interface LogLine {
  readonly class?: string;
  readonly status?: number;
  readonly digest?: string;
  readonly mirror?: string;
}

/** Reads from the log which mirrors a client was sent to for one blob, in order. */
async function readMirrors({ redirector }: FailureContext, interrupted: string): Promise<string[]> {
  const lines = (await redirector.takeNewLines()).map((line) => JSON.parse(line) as LogLine);
  for (const { status = 0 } of lines) assert.ok(status < 400, `status ${status}`);
  return lines.flatMap(({ digest, mirror = "" }) =>
    digest !== undefined && interrupted.endsWith(digest) ? [mirror] : [],
  );
}

async function pullWhileMirrorDies(
  client: Client,
  path: string,
  servers: TestServers,
  context: FailureContext,
): Promise<string> {
  const { folder, redirector, mirrors } = context;
  const place = `127.0.0.1:${redirector.port}`;
  const started = await client.start({
    servers,
    folder,
    redirector: place,
    run: (...args) => context.run(path, ...args),
  });
  const start = performance.now();
  let mirrorsOfFirstCall: string[] | undefined;
  let calls = 0;
  for (let done = false; !done; ) {
    calls++;
    done = await started.pull().then(
      () => true,
      (error: unknown) => {
        if (performance.now() - start > longestPull) throw error;
        return false;
      },
    );
    mirrorsOfFirstCall ??= await readMirrors(context, mirrors[0]?.interrupted ?? "");
    if (!done) await pause(restartDelay);
  }
  await started.check();
  await started.stop?.();
  const [mirror] = mirrors;
  assert.ok(mirror?.interrupted !== undefined && mirror.completed > 0, "the mirror did not die during a download");
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  return `the first call requested the interrupted layer ${mirrorsOfFirstCall?.length} times; complete after ${calls} calls, ${seconds} s`;
}

async function checkPulls(
  servers: TestServers,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  for (const client of clients) {
    const path = tools.get("registry") && tools.get(client.client);
    await report.runCheck(client.client, "pull of all platforms", path, async (program) => {
      const mirror = await startDyingMirror(contents(servers), true);
      return withRedirector(servers, folder, [mirror], (context) =>
        pullWhileMirrorDies(client, program, servers, context),
      );
    });
  }
}

/** Runs curl through the redirector. It follows redirects. */
class Curl {
  readonly #path: string;
  readonly #context: FailureContext;

  constructor(path: string, context: FailureContext) {
    this.#path = path;
    this.#context = context;
  }

  /** Downloads a file into the folder. @returns the status, and the port of the server that answered last */
  async get(file: string, ...args: readonly string[]): Promise<{ status: string; port: number }> {
    const { redirector, folder } = this.#context;
    const connection = ["--connect-to", `${hosts.files}:80:127.0.0.1:${redirector.port}`];
    const out = ["--output", this.pathOf(file), "--write-out", "%{http_code} %{url_effective}"];
    const quiet = ["--silent", "--show-error", "--location", "--fail"];
    const url = `http://${hosts.files}/${file}`;
    const output = await this.#context.run(this.#path, ...quiet, ...connection, ...out, ...args, url);
    const [status = "", last = ""] = output.split(" ");
    assert.ok(existsSync(folder));
    return { status, port: Number(new URL(last).port) };
  }

  pathOf(file: string): string {
    return join(this.#context.folder, file.replaceAll("/", "_"));
  }

  bytes(file: string): Buffer {
    return readFileSync(this.pathOf(file));
  }
}

const resumeOptions = ["--continue-at", "-"];

async function resumeAtSameMirror(servers: TestServers, path: string, context: FailureContext): Promise<string> {
  const curl = new Curl(path, context);
  const expected = digestOf(servers.files.get(filePath) ?? Buffer.alloc(0));
  const ports: number[] = [];
  for (const file of filesAtMirrors) {
    const first = await curl.get(file, "--range", "0-399999");
    const second = await curl.get(file, ...resumeOptions);
    assert.deepEqual([first.status, second], ["206", { status: "206", port: first.port }], file);
    assert.equal(digestOf(curl.bytes(file)), expected);
    ports.push(second.port);
  }
  const used = new Set(ports);
  assert.ok(used.size > 1, "all files came from one mirror, so the case proves nothing");
  return `${ports.length} files, each from a single mirror; ${used.size} of ${context.mirrors.length} mirrors used`;
}

async function resumeElsewhere(servers: TestServers, path: string, context: FailureContext): Promise<string> {
  const curl = new Curl(path, context);
  const file = filesAtMirrors[0] ?? "";
  for (const mirror of context.mirrors) mirror.willDie = true;
  await assert.rejects(curl.get(file), /exit status 18/, "curl did not report an interrupted transfer");
  const dead = context.mirrors.find(({ interrupted }) => interrupted !== undefined);
  for (const mirror of context.mirrors) mirror.willDie = false;
  const half = curl.bytes(file).length;
  const start = performance.now();
  const retry = ["--retry", "100", "--retry-delay", "1", "--retry-connrefused"];
  const { status, port } = await curl.get(file, ...resumeOptions, ...retry);
  assert.equal(status, "206");
  assert.notEqual(port, dead?.port);
  assert.equal(digestOf(curl.bytes(file)), digestOf(servers.files.get(filePath) ?? Buffer.alloc(0)));
  const source = context.mirrors.some((mirror) => mirror.port === port) ? "another mirror" : origin;
  return `the first ${half} bytes from the mirror that died, the rest from ${source} after ${((performance.now() - start) / 1000).toFixed(1)} s`;
}

async function checkResumes(
  servers: TestServers,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  const path = tools.get("curl");
  for (const [name, resume] of [
    ["rest of a download, from the mirror that it started at", resumeAtSameMirror],
    ["rest of a download whose mirror died, from another server", resumeElsewhere],
  ] as const) {
    await report.runCheck("curl", name, path, async (program) => {
      const content = contents(servers);
      const mirrors = [
        await startDyingMirror(content, false),
        await startDyingMirror(content, false),
        await startDyingMirror(content, false),
      ];
      return withRedirector(servers, folder, mirrors, (context) => resume(servers, program, context));
    });
  }
}

/**
 * Checks that clients finish when a mirror dies while it serves a layer or a file: those that retry on their own, and those
 * that a user starts again.
 */
export async function checkKilledMirror(
  servers: TestServers,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  report.printHead("A mirror dies during a download: clients still get everything");
  await checkPulls(servers, tools, folder, report);
  await checkResumes(servers, tools, folder, report);
}
