import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRoutingTable } from "../../../routing/compile-routing-table";
import { blob } from "../../routing/asking";
import { allListed, fixture, inventoryOf, ranges } from "../../routing/tables";
import { RawClient } from "../raw-client";

const root = join(__dirname, "../../..");
const program = join(root, "lambdas/container.ts");
const folder = mkdtempSync(join(tmpdir(), "mirrorform-run-"));
const table = join(folder, "routing.table");

const small = inventoryOf(fixture("small"));
beforeAll(() => writeFileSync(table, compileRoutingTable(small, allListed(small), ranges)));
afterAll(() => rmSync(folder, { recursive: true }));

interface Running {
  readonly child: ChildProcess;
  /** Its standard error until it listened or exited. */
  readonly said: string;
  readonly url: string;
  /** Its exit status, and the signal that ended it. */
  readonly ended: Promise<unknown[]>;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

async function run(
  environment: Readonly<Record<string, string>>,
  stdout: number | "ignore" = "ignore",
): Promise<Running> {
  const env = {
    PATH: process.env.PATH,
    PORT: "0",
    MIRRORFORM_TABLE: table,
    MIRRORFORM_CLIENT_ADDRESS: "socket",
    MIRRORFORM_PRESENCE: "assume",
    ...environment,
  };
  const options = { cwd: root, env, stdio: ["ignore", stdout, "pipe"] as ["ignore", number | "ignore", "pipe"] };
  const child = spawn(process.execPath, ["--import", "tsx", program], options);
  running.push(child);
  const ended = once(child, "exit");
  let said = "";
  for await (const chunk of child.stderr ?? []) {
    said += chunk;
    if (said.includes("\n")) break;
  }
  const [, port] = /:(\d+)\n/.exec(said) ?? [];
  return { child, said, url: `http://127.0.0.1:${port}`, ended };
}

/** A free port, or one that is in use until the server is closed. */
async function takenPort(): Promise<[number, Server]> {
  const server = createServer();
  server.listen(0, "::");
  await once(server, "listening");
  return [(server.address() as { port: number }).port, server];
}

test.each(["SIGTERM", "SIGINT"] as const)("%s: the log is flushed, and the exit status is 0", async (signal) => {
  const log = join(folder, signal);
  const descriptor = openSync(log, "w");
  const { child, url, ended } = await run({}, descriptor);
  closeSync(descriptor);
  await fetch(`${url}${blob()}`, {
    redirect: "manual",
    headers: { Connection: "close", Host: "registry.example.org" },
  });
  child.kill(signal);
  expect(await ended).toEqual([0, null]);
  expect(JSON.parse(readFileSync(log, "utf8"))).toMatchObject({
    class: "blob",
    httpRequest: { requestMethod: "GET" },
  });
});

test("a log that nothing reads does not delay the shutdown", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const descriptor = openSync(pipe, "r+");
  // The capacity of a pipe (Linux, pipe(7)).
  writeSync(descriptor, Buffer.alloc(65_536));
  const { child, url, ended } = await run({}, descriptor);
  await fetch(`${url}/v2/`, { headers: { Connection: "close" } });
  child.kill("SIGTERM");
  expect(await ended).toEqual([null, "SIGTERM"]);
  closeSync(descriptor);
});

/** The first step of a server's shutdown. */
async function untilNobodyComesIn(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const comesIn = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (!comesIn) return;
  }
}

test("a second signal ends it at once, even if it is a different one", async () => {
  const { child, url, ended } = await run({});
  const port = Number(new URL(url).port);
  // It requests megabytes and reads nothing: the shutdown waits for it, up to the deadline.
  const slow = await RawClient.connect(port);
  slow.socket.pause();
  slow.send("GET /-/metrics HTTP/1.1\r\nHost: a.example\r\n\r\n".repeat(3_000));
  const client = await RawClient.connect(port);
  expect(await client.ask("/-/ready")).toMatchObject({ status: 200 });
  // A request in progress keeps its connection even when idle ones are closed.
  client.send("GET /-/ready HTTP/1.1\r\nHost: a.example\r\n");
  child.kill("SIGINT");
  await untilNobodyComesIn(port);
  client.send("\r\n");
  expect(await client.answer()).toMatchObject({ status: 503 });
  child.kill("SIGTERM");
  expect(await ended).toEqual([null, "SIGTERM"]);
  slow.socket.destroy();
});

test("a separate status port serves only the pages", async () => {
  const [port, server] = await takenPort();
  server.close();
  await once(server, "close");
  const { child, url, ended } = await run({ MIRRORFORM_STATUS: String(port) });
  const status = async (at: string) => (await fetch(at, { headers: { Connection: "close" } })).status;
  expect(await status(`${url}/v2/`)).toBe(200);
  expect(await status(`${url}/-/health`)).toBe(404);
  expect(await status(`http://127.0.0.1:${port}/-/health`)).toBe(200);
  expect(await status(`http://127.0.0.1:${port}/v2/`)).toBe(404);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("a status port that is in use ends the program", async () => {
  const [port, server] = await takenPort();
  const { said, ended } = await run({ MIRRORFORM_STATUS: String(port) });
  expect(said).toContain("EADDRINUSE");
  expect(await ended).toEqual([1, null]);
  server.close();
});
