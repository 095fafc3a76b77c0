import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { PromotionScene } from "./promotion-case";
import { runPromote, startPromote } from "./promotion-command";
import { PromotionWatcher } from "./promotion-watcher";
import type { RecordingProxy, SeenRequest } from "./recording-proxy";
import type { Report } from "./report";
import { countSent, findStoredTwice, readState } from "./stored-objects";

/** How often a run is killed in all. */
const kills = 30;
/** Most time from a request to the kill, in milliseconds: some kills come in the middle of a body. */
const longestDelay = 25;
/** All of it must have ended by then, in milliseconds. */
const deadline = 900_000;

/** What happened from empty mirrors to complete ones. */
interface Promotion {
  readonly kills: number;
  /** Bytes that mirrors got, and that staging sent. */
  readonly sent: number;
  readonly read: number;
  /** Mirrors that got the manifest of the referrer again, because a kill came before its entry in the list. */
  readonly unlisted: number;
}

function mirrorsOf({ stores: { origin, crane, google, s3, azure } }: PromotionScene): readonly RecordingProxy[] {
  return [origin, crane, google, s3, azure];
}

/** Runs until the mirrors have got this many requests, and kills it a moment later. @returns false if it ended before */
async function runAndKill(scene: PromotionScene, most: number): Promise<boolean> {
  const { child, ending } = startPromote(scene.stores, scene.home, scene.inventory, "run");
  let requests = 0;
  let isKilled = false;
  const count = () => {
    requests++;
    if (requests !== most) return;
    void pause(randomInt(longestDelay)).then(() => {
      isKilled = child.kill("SIGKILL");
    });
  };
  for (const proxy of mirrorsOf(scene)) proxy.onRequest = count;
  const { status, stderr } = await ending;
  for (const proxy of mirrorsOf(scene)) proxy.onRequest = () => {};
  if (!isKilled || status === 0) assert.equal(status, 0, stderr);
  return status !== 0;
}

/** The bodies of uploads that a killed run has begun end within a moment. */
const settling = 200;

/** Empties the mirrors, and promotes with kills on the way. */
async function promoteWithKills(
  scene: PromotionScene,
  watcher: PromotionWatcher,
  most: number,
  requests: number,
): Promise<Promotion> {
  await scene.stores.clearMirrors();
  const seen = new Map<RecordingProxy, SeenRequest[]>();
  const collect = () => {
    for (const proxy of [...mirrorsOf(scene), scene.stores.staging]) {
      seen.set(proxy, [...(seen.get(proxy) ?? []), ...proxy.take()]);
    }
  };
  watcher.start();
  let killed = 0;
  while (killed < most && (await runAndKill(scene, 1 + randomInt(requests)))) {
    killed++;
    await pause(settling);
  }
  await runPromote(scene.stores, scene.home, scene.inventory, ["run"]);
  await watcher.stop();
  collect();
  const twice = mirrorsOf(scene).flatMap((proxy) => findStoredTwice(seen.get(proxy) ?? []));
  // Without the API of referrers, a referrer is complete once a list names it, which is written after the manifest.
  const { digest } = scene.release.image.artifact.manifest;
  const unlisted = twice.filter((stored) => stored.includes(`/manifests/${digest}:`));
  assert.deepEqual(
    twice.filter((stored) => !unlisted.includes(stored)),
    [],
    "objects that were complete were written again",
  );
  const sent = mirrorsOf(scene).reduce((sum, proxy) => sum + countSent(seen.get(proxy) ?? []), 0);
  const read = (seen.get(scene.stores.staging) ?? []).reduce((sum, { received }) => sum + received, 0);
  return { kills: killed, sent, read, unlisted: unlisted.length };
}

async function checkKills(scene: PromotionScene): Promise<string> {
  const until = performance.now() + deadline;
  const { stores, release } = scene;
  const watcher = new PromotionWatcher(stores, release);
  const undisturbed = await promoteWithKills(scene, watcher, 0, 0);
  const expected = await readState(stores, release);
  await stores.clearMirrors();
  let requests = 0;
  for (const proxy of mirrorsOf(scene)) proxy.onRequest = () => requests++;
  await runPromote(stores, scene.home, scene.inventory, ["run"]);
  for (const proxy of mirrorsOf(scene)) proxy.onRequest = () => {};
  const promotions: Promotion[] = [];
  let killed = 0;
  while (killed < kills) {
    if (performance.now() > until) throw new Error(`only ${killed} kills in ${deadline / 60_000} minutes`);
    const promotion = await promoteWithKills(scene, watcher, kills - killed, requests);
    promotions.push(promotion);
    killed += promotion.kills;
    assert.deepEqual(await readState(stores, release), expected, "the mirrors have another state than without kills");
    assert.deepEqual(watcher.seen.broken, [], "something was half visible");
  }
  const { pulls, states } = watcher.seen;
  const unlisted = promotions.reduce((sum, each) => sum + each.unlisted, 0);
  const mean = (value: (promotion: Promotion) => number) =>
    promotions.reduce((sum, each) => sum + value(each), 0) / promotions.length;
  return [
    `${killed} kills at random among ${requests} requests, in ${promotions.length} promotions from empty mirrors`,
    `each ended in the state of an undisturbed one: ${expected.length} tags, manifests, blobs and objects`,
    `${pulls} images pulled by tag meanwhile, all complete; ${states} different states seen, none half visible`,
    `written twice although complete: nothing (a referrer's manifest ${unlisted} times, before it was in the list of referrers)`,
    `sent to the mirrors: ${(mean(({ sent }) => sent) / undisturbed.sent).toFixed(2)} times what an undisturbed promotion sends`,
    `read from staging's registry: ${(mean(({ read }) => read) / undisturbed.read).toFixed(2)} times`,
  ].join("\n");
}

/** Kills real runs at random points, while something watches what is visible. */
export async function checkKilledPromotions(scene: PromotionScene, report: Report): Promise<void> {
  report.printHead("Runs that are killed (SIGKILL) at random points");
  console.log("this takes a few minutes");
  await report.runCheck("mirrorform", "the next run ends as if nothing had happened", "mirrorform", () =>
    checkKills(scene),
  );
}
