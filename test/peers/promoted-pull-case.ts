import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../stores/registry/content";
import { startNode } from "./containerd";
import type { ToolName } from "./find-tools";
import type { TestImage } from "./image";
import { assertContains, wholeImage } from "./image-cases";
import { hosts } from "./inventory";
import { runProgram } from "./program";
import type { PromotionScene } from "./promotion-case";
import { projectFolder } from "./promotion-project";
import { buckets } from "./promotion-stores";
import type { SeenRequest } from "./recording-proxy";
import { type Redirector, startRedirector } from "./redirector";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";
import { multiArch } from "./staged-release";

/** The image at the redirector, without a host. */
const image = `${projectFolder}/${multiArch.name}:${multiArch.tag}`;

/** The digests of the blobs that were downloaded in full. */
function findDownloads(seen: readonly SeenRequest[]): Set<string> {
  const downloads = seen.filter(({ method, status }) => method === "GET" && (status === 200 || status === 206));
  return new Set(
    downloads.flatMap(({ path }) => {
      const [, digest] = /(sha256:[0-9a-f]{64})(?:\?|$)/.exec(decodeURIComponent(path)) ?? [];
      return digest === undefined || path.includes("/manifests/") ? [] : [digest];
    }),
  );
}

function blobsOf({ platforms }: TestImage): Set<string> {
  return new Set(Object.values(platforms).flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
}

/** Checks in the mirrors' access logs that all blobs came from mirrors, and none from the origin. */
function checkLogs({ stores, release }: PromotionScene): string {
  const [crane, store] = [findDownloads(stores.crane.take()), findDownloads(stores.s3.take())];
  assert.deepEqual([...findDownloads(stores.origin.take())], [], "blobs came from the origin");
  const wanted = blobsOf(release.image);
  const missing = [...wanted].filter((digest) => !crane.has(digest) && !store.has(digest));
  assert.deepEqual(missing, [], "blobs did not come from a mirror");
  const count = (found: ReadonlySet<string>) => [...wanted].filter((digest) => found.has(digest)).length;
  return `${wanted.size} blobs: ${count(crane)} from crane's registry, ${count(store)} from the bucket ${buckets.store}, none from the origin`;
}

async function pullWithCrane({ clients, folder, release }: PromotionScene, { port }: Redirector): Promise<void> {
  const layout = mkdtempSync(join(folder, "pulled-"));
  await clients.crane("pull", "--format", "oci", `127.0.0.1:${port}/${image}`, layout);
  assertContains(layout, wholeImage(release.image));
}

async function pullWithContainerd(
  { folder, home, release }: PromotionScene,
  { port }: Redirector,
  ctr: string,
): Promise<void> {
  const run = (...args: readonly string[]) => runProgram(ctr, args, clientEnvironment(home));
  const node = await startNode({
    run,
    folder: mkdtempSync(join(folder, "node-")),
    redirector: `127.0.0.1:${port}`,
    image,
  });
  try {
    await node.fetch();
    const digests = await node.listDigests();
    for (const { digest } of wholeImage(release.image)) assert.ok(digests.has(digest), `${digest} was not fetched`);
  } finally {
    await node.stop();
  }
}

/** What nobody vouches for comes from the origin, everything else from a mirror. */
async function downloadFile(
  { clients, folder, release, stores }: PromotionScene,
  { port }: Redirector,
): Promise<string> {
  const path = "v1.0.0/tool";
  const out = join(folder, "downloaded");
  const through = [
    "--connect-to",
    `${hosts.files}:80:127.0.0.1:${port}`,
    "--silent",
    "--show-error",
    "--fail",
    "--location",
  ];
  const url = `http://${hosts.files}/${projectFolder}/${path}`;
  const last = await clients.curl(...through, "--write-out", "%{url_effective}", "--output", out, url);
  assert.equal(digestOf(readFileSync(out)), `sha256:${release.promises.files[path]}`);
  assert.equal(last, `${stores.s3.url}/${buckets.store}/${projectFolder}/${path}`);
  return "from the bucket of a mirror";
}

/**
 * Lets real clients pull a promoted image through the redirector, which asks each mirror whether it has what they want: they get it
 * from mirrors to which nothing but the promotion has written.
 */
export async function checkPromotedPulls(
  scene: PromotionScene,
  report: Report,
  tools: ReadonlyMap<ToolName, string>,
): Promise<void> {
  report.printHead("A promoted image, pulled through the redirector from mirrors that have it by promotion");
  const redirector = await startRedirector(scene.inventory, "--presence", "ask");
  const check = async (pull: () => Promise<void>) => {
    for (const proxy of [scene.stores.origin, scene.stores.crane, scene.stores.s3]) proxy.take();
    await pull();
    return checkLogs(scene);
  };
  try {
    await report.runCheck("crane", "pull of all platforms", tools.get("crane"), () =>
      check(() => pullWithCrane(scene, redirector)),
    );
    await report.runCheck("ctr", "fetch of all platforms by containerd", tools.get("ctr"), (ctr) =>
      check(() => pullWithContainerd(scene, redirector, ctr)),
    );
    await report.runCheck("curl", "download of a file", tools.get("curl"), () => downloadFile(scene, redirector));
  } finally {
    await redirector.stop();
  }
}
