import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { PromotionScene } from "./promotion-case";
import { type RunningCommand, startPromote } from "./promotion-command";
import { writePromotionProject } from "./promotion-project";
import { tableBucket } from "./promotion-stores";
import type { Report } from "./report";
import { findStoredTwice } from "./stored-objects";

const leaseKey = "promotion/lease.json";
/** How long the lease of a run that began may take to appear, in milliseconds. */
const longestStart = 60_000;

/** The lease's object, past the proxy; undefined if there is none. */
async function readLease({ stores }: PromotionScene): Promise<{ readonly holder: string | null } | undefined> {
  const response = await fetch(`http://127.0.0.1:${stores.s3.target}/${tableBucket}/${leaseKey}`);
  return response.ok ? ((await response.json()) as { readonly holder: string | null }) : undefined;
}

/** Starts a run, and waits until it has the lease. */
async function startHolder(scene: PromotionScene, who: string): Promise<RunningCommand> {
  const run = startRun(scene, who);
  for (const until = performance.now() + longestStart; performance.now() < until; await pause(20)) {
    if ((await readLease(scene))?.holder) return run;
    if (run.child.exitCode !== null)
      throw new Error(`the run has ended without the lease: ${(await run.ending).stderr}`);
  }
  run.child.kill("SIGKILL");
  throw new Error(`no run took the lease within ${longestStart / 1000} seconds`);
}

function startRun({ stores, home, inventory }: PromotionScene, who: string): RunningCommand {
  return startPromote(stores, home, inventory, "run", "--merged-by", who, "--commit", "0123abc");
}

/** Waits until somebody has asked for the lease. */
async function waitForRequest({ stores: { s3 } }: PromotionScene): Promise<void> {
  const hasAsked = () => s3.take().some(({ path, status }) => path.includes(leaseKey) && status !== undefined);
  for (const until = performance.now() + longestStart; performance.now() < until; await pause(50)) {
    if (hasAsked()) return;
  }
  throw new Error("nobody has asked for the lease");
}

async function withLease(scene: PromotionScene, work: () => Promise<string>): Promise<string> {
  const folder = join(scene.inventory, "..");
  await scene.stores.clearMirrors();
  writePromotionProject(folder, scene.stores, scene.release.promises, { hasLease: true });
  try {
    return await work();
  } finally {
    writePromotionProject(folder, scene.stores, scene.release.promises);
  }
}

async function checkTwoRuns(scene: PromotionScene): Promise<string> {
  const first = await startHolder(scene, "alice");
  // It is slow: the second one must come while it works.
  first.child.kill("SIGSTOP");
  scene.stores.s3.take();
  const second = startRun(scene, "bob");
  await waitForRequest(scene);
  first.child.kill("SIGCONT");
  const [one, other] = await Promise.all([first.ending, second.ending]);
  assert.deepEqual([one.status, other.status], [0, 0], `${one.stderr}\n${other.stderr}`);
  assert.match(other.stderr, /waiting: alice has been promoting 0123abc since /);
  assert.match(other.stderr, /everything is in place/);
  const { stores } = scene;
  for (const proxy of [stores.origin, stores.crane, stores.google, stores.azure])
    assert.deepEqual(findStoredTwice(proxy.take()), []);
  assert.equal((await readLease(scene))?.holder, null);
  return "the second waited, said for whom, and had nothing to do";
}

async function checkStoppedRun(scene: PromotionScene): Promise<string> {
  const first = await startHolder(scene, "alice");
  try {
    return await takeOver(scene, first);
  } finally {
    // A stopped process does not end by other signals.
    first.child.kill("SIGKILL");
  }
}

async function takeOver(scene: PromotionScene, first: RunningCommand): Promise<string> {
  // It answers no more, but it is not dead: its lease ends, and it must notice that when it goes on.
  first.child.kill("SIGSTOP");
  const stopped = performance.now();
  const second = startRun(scene, "bob");
  const other = await second.ending;
  const seconds = Math.round((performance.now() - stopped) / 1000);
  assert.equal(other.status, 0, other.stderr);
  assert.match(other.stderr, /waiting: alice/);
  const { origin, crane, google, s3, azure } = scene.stores;
  for (const proxy of [origin, crane, google, s3, azure]) proxy.take();
  first.child.kill("SIGCONT");
  const one = await first.ending;
  assert.equal(one.status, 1, one.stderr);
  assert.match(one.stderr, /the lease .* (could not be renewed in time|was taken by bob)/);
  const written = [origin, crane, google, azure].flatMap((proxy) =>
    proxy.take().filter(({ method, status = 0 }) => method === "PUT" && status < 300),
  );
  assert.deepEqual(
    written.map(({ method, path }) => `${method} ${path}`),
    [],
    "the stopped run went on writing",
  );
  return `the second took over after ${seconds} s; the first ended when it went on, and wrote nothing more`;
}

async function checkKilledHolder(scene: PromotionScene): Promise<string> {
  const first = await startHolder(scene, "alice");
  first.child.kill("SIGKILL");
  await once(first.child, "close").catch(() => undefined);
  const begun = performance.now();
  const { status, stderr } = await startRun(scene, "bob").ending;
  assert.equal(status, 0, stderr);
  assert.match(stderr, /waiting: alice[\s\S]*promoted/);
  return `the next run took over, and was done after ${Math.round((performance.now() - begun) / 1000)} s`;
}

const cases: readonly (readonly [name: string, check: (scene: PromotionScene) => Promise<string>])[] = [
  ["two runs at once", checkTwoRuns],
  ["a run that is killed while it holds the lease", checkKilledHolder],
  ["a run that is stopped, and goes on after another has taken over", checkStoppedRun],
];

/** Starts runs at once, with the lease in a bucket that has S3's conditional writes. */
export async function checkPromotionLease(scene: PromotionScene, report: Report): Promise<void> {
  report.printHead("Two runs at once, with the lease in a bucket of S3's API");
  for (const [name, check] of cases) {
    await report.runCheck("mirrorform", name, "mirrorform", () => withLease(scene, () => check(scene)));
  }
}
