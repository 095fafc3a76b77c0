import assert from "node:assert/strict";
import { exchange, isLast, RawClient } from "../redirector/raw-client";
import { startContainer } from "./container";
import type { Program } from "./program";

type Runtime = "node" | "bun";

/**
 * Request targets that runtimes and proxies normalize, and their status. Bun resolves them by the WHATWG URL standard before
 * the redirector sees them, so some are valid there.
 */
const targets: readonly (readonly [target: string, status: number, onBun?: number])[] = [
  ["/a/../b", 307],
  ["/a/./b", 307],
  ["/a/%2e%2e/b", 307],
  ["/..", 400, 307],
  ["/a//b", 307],
  ["//evil.example/x", 307],
  ["http://evil.example/x", 404, 307],
  ["http://dl.example.org/x", 307],
  ["/a\\b", 400, 307],
  ["/caf\xe9", 400, 307],
  ["/%zz", 400],
  ["/a?b#c", 400],
  ["/a?q={x}", 307],
  ["/a b", 400, 505],
  ["*", 400],
  ["/a^b", 307],
  ["/a%2Fb", 307],
];

async function checkTargets(port: number, runtime: Runtime): Promise<void> {
  for (const [target, status, onBun = status] of targets) {
    const answer = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: dl.example.org\r\n\r\n`);
    const expected = `HTTP/1.1 ${runtime === "bun" ? onBun : status}`;
    assert.equal(answer.slice(0, expected.length), expected, target);
    assert.doesNotMatch(answer, /location: https?:..[^/]*evil/i, target);
  }
}

/** Counts of requests while the program shuts down. */
interface RequestCounts {
  answered: number;
  lost: number;
}

/**
 * Sends requests until the port is closed. A request is lost if it gets no response although the response before it did not
 * announce the end of the connection. The first request of a connection is never counted as lost: the program may not have
 * accepted the connection.
 */
async function sendUntilClosed(port: number, seen: RequestCounts): Promise<void> {
  for (;;) {
    const client = await RawClient.connect(port).catch(() => undefined);
    if (client === undefined) return;
    for (let used = false; ; used = true) {
      const answer = await client.ask("/v2/");
      if (answer === undefined && used) seen.lost++;
      if (answer !== undefined) seen.answered++;
      if (answer === undefined || isLast(answer)) break;
    }
    client.socket.destroy();
  }
}

/** @returns how many requests were answered */
async function checkShutdown({ port, ended, stop }: Program): Promise<number> {
  const seen: RequestCounts = { answered: 0, lost: 0 };
  const clients = Array.from({ length: 50 }, () => sendUntilClosed(port, seen));
  while (seen.answered < 1_000) await new Promise((resolve) => setTimeout(resolve, 5));
  await stop();
  assert.deepEqual(await ended, { status: 0, signal: null });
  await Promise.all(clients);
  assert.equal(seen.lost, 0, `requests were lost, of ${seen.answered + seen.lost}`);
  return seen.answered;
}

/**
 * Checks the container's program on one runtime: raw request targets have the expected status, responses keep the order of
 * pipelined requests, and many busy clients lose no request when it shuts down.
 *
 * @param path of the runtime
 * @param folder an empty folder
 * @returns a line for the report
 * @throws Error if a check fails
 */
export async function checkRuntime(runtime: Runtime, path: string, folder: string): Promise<string> {
  const program = await startContainer(path, "small", folder);
  await checkTargets(program.port, runtime);
  const names = ["a", "b", "c"];
  const requests = names.map((name) => `GET /v2/${name}/tags/list HTTP/1.1\r\nHost: registry.example.org\r\n\r\n`);
  const answers = await exchange(program.port, requests.join(""));
  assert.deepEqual(
    [...answers.matchAll(/\/(\w)\/tags\/list/g)].map(([, name]) => name),
    names,
  );
  return `${targets.length} targets; none of ${await checkShutdown(program)} requests lost`;
}
