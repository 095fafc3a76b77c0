import assert from "node:assert/strict";
import { exchange, isLast, RawClient } from "../redirector/raw-client";
import { startContainer } from "./container";
import type { Program } from "./program";

type Runtime = "node" | "bun";

/**
 * Targets that runtimes and proxies normalize, and the status they get. Bun resolves them as the WHATWG URL standard says
 * before the redirector sees them, so some are valid there.
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

/** What clients saw while the program ended. */
interface Seen {
  answered: number;
  lost: number;
}

/**
 * Asks until nobody listens. What is lost is a request on a connection that was answered before, without a word that it
 * is the last: a connection that never was may have waited in the system for a program that took no more.
 */
async function askOn(port: number, seen: Seen): Promise<void> {
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
async function checkGracefulEnd({ port, ended, stop }: Program): Promise<number> {
  const seen: Seen = { answered: 0, lost: 0 };
  const clients = Array.from({ length: 50 }, () => askOn(port, seen));
  while (seen.answered < 1_000) await new Promise((resolve) => setTimeout(resolve, 5));
  await stop();
  assert.deepEqual(await ended, { status: 0, signal: null });
  await Promise.all(clients);
  assert.equal(seen.lost, 0, `lost of ${seen.answered + seen.lost} requests`);
  return seen.answered;
}

/**
 * The container's program on one runtime: raw targets are judged as everywhere, answers keep the order of pipelined
 * requests, and many clients that ask all the time lose nothing when it ends.
 *
 * @param path where the runtime is
 * @param folder an empty folder of its own
 * @returns what a report tells
 * @throws Error where it goes wrong
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
  return `${targets.length} targets; none of ${await checkGracefulEnd(program)} requests lost`;
}
