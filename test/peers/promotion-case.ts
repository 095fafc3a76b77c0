import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blobContainer } from "../../inventory/names";
import { digestOf } from "../../stores/registry/content";
import type { ToolName } from "./find-tools";
import { runProgram } from "./program";
import { runPromote } from "./promotion-command";
import { projectFolder, writePromotionProject } from "./promotion-project";
import { buckets, type PromotionPrograms, PromotionStores } from "./promotion-stores";
import type { SeenRequest } from "./recording-proxy";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";
import { multiArch, type PushingClients, plainHttp, type StagedRelease, single, stageRelease } from "./staged-release";

/** Real programs as clients. */
export interface PromotionClients extends PushingClients {
  curl(...args: readonly string[]): Promise<string>;
}

/** A staged release, the stores, and an inventory that names them. */
export interface PromotionScene {
  readonly stores: PromotionStores;
  readonly clients: PromotionClients;
  readonly release: StagedRelease;
  readonly inventory: string;
  /** The home of clients and commands, without settings of a user. */
  readonly home: string;
  /** For further files. */
  readonly folder: string;
}

/** Starts the stores, stages a release, and writes the project. @param folder in which a new one is made */
export async function startPromotionScene(
  programs: PromotionPrograms,
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
): Promise<PromotionScene> {
  const own = mkdtempSync(join(folder, "promotion-"));
  const home = join(own, "home");
  mkdirSync(home);
  const stores = await new PromotionStores(programs, own).start();
  try {
    const run =
      (name: ToolName) =>
      (...args: readonly string[]) =>
        runProgram(tools.get(name) ?? name, args, clientEnvironment(home));
    const clients = { crane: run("crane"), regctl: run("regctl"), curl: run("curl") };
    const release = await stageRelease(stores, clients, own);
    const inventory = writePromotionProject(join(own, "project"), stores, release.promises);
    return { stores, clients, release, inventory, home, folder: own };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}

/** The registries that have been filled, as clients name them, with the project's folder. */
export function filledRegistries({ origin, crane }: PromotionStores): readonly string[] {
  return [origin, crane].map(({ host }) => `${host}/${projectFolder}`);
}

/** URLs below which all files are, and those below which all blobs are. */
export function filledBuckets({ s3, google, azure }: PromotionStores) {
  const clouds = [`${google.url}/${buckets.google}`, `${azure.url}/${buckets.azure}/${blobContainer}`];
  const store = `${s3.url}/${buckets.store}`;
  return { files: [`${s3.url}/${buckets.origin}`, store, ...clouds], blobs: [store, ...clouds] };
}

async function checkRun({ stores, home, inventory, release }: PromotionScene): Promise<string> {
  await runPromote(stores, home, inventory, ["validate"]);
  const { stdout: plan } = await runPromote(stores, home, inventory, ["plan", "--json"]);
  const { images, files, findings } = JSON.parse(plan);
  // The signature is a plan of its own, in the same repository.
  assert.deepEqual([images.length >= 2, files.length, findings], [true, release.files.size, []], plan);
  stores.staging.take();
  const { stdout, stderr } = await runPromote(stores, home, inventory, ["run", "--json"]);
  assert.doesNotMatch(stderr, /warning/i);
  const { isComplete, source } = JSON.parse(stdout);
  assert.equal(isComplete, true, stdout);
  return `${source.read} bytes read from staging for ${source.distinct} of content, to two registries and four buckets`;
}

async function checkValidation({ stores, clients }: PromotionScene): Promise<string> {
  for (const registry of filledRegistries(stores)) {
    for (const { name, tag } of [multiArch, single])
      await clients.crane("validate", "--remote", `${registry}/${name}:${tag}`);
  }
  return "";
}

async function checkDigests({ stores, clients, release: { image, promises } }: PromotionScene): Promise<string> {
  for (const registry of filledRegistries(stores)) {
    for (const [reference, digest] of Object.entries(promises.images)) {
      assert.equal((await clients.crane("digest", `${registry}/${reference}`)).trim(), digest);
    }
    const signed = await clients.crane("digest", `${registry}/${multiArch.name}:${image.signatureTag}`);
    assert.equal(signed.trim(), image.signature.manifest.digest);
  }
  return "";
}

async function checkManifests({ stores, clients, release: { image } }: PromotionScene): Promise<string> {
  for (const registry of filledRegistries(stores)) {
    const options = plainHttp(registry.split("/")[0] ?? "");
    const reference = `${registry}/${multiArch.name}:${multiArch.tag}`;
    const digest = await clients.regctl(...options, "image", "digest", reference);
    assert.equal(digest.trim(), image.index.digest);
    const manifest = await clients.regctl(...options, "manifest", "get", "--format", "raw-body", reference);
    assert.equal(manifest, image.index.bytes.toString());
    const listed = await clients.regctl(...options, "artifact", "list", reference);
    assert.match(listed, new RegExp(image.artifact.manifest.digest));
  }
  return "";
}

async function checkObjects({ stores, clients, release, folder }: PromotionScene): Promise<string> {
  const download = join(folder, "download");
  const check = async (url: string, digest: string) => {
    await clients.curl("--silent", "--show-error", "--fail", "--output", download, url);
    assert.equal(digestOf(readFileSync(download)), digest, url);
  };
  const { files, blobs } = filledBuckets(stores);
  for (const base of files) {
    for (const [path, sha256] of Object.entries(release.promises.files)) {
      await check(`${base}/${projectFolder}/${path}`, `sha256:${sha256}`);
    }
  }
  const manifests = [release.image.signature, release.image.artifact, ...Object.values(release.image.platforms)];
  for (const base of blobs) {
    for (const { digest } of manifests.flatMap((each) => each.blobs)) {
      await check(`${base}/containers/images/${digest}`, digest);
    }
  }
  return `${files.length} buckets with files, ${blobs.length} with blobs`;
}

/** Requests that change something; a registry's uploads begin with POST. */
function findWrites(seen: readonly SeenRequest[]): readonly string[] {
  return seen
    .filter(({ method }) => method !== "GET" && method !== "HEAD")
    .map(({ method, path }) => `${method} ${path}`);
}

function takeAll({ staging, origin, crane, google, s3, azure }: PromotionStores): Record<string, SeenRequest[]> {
  return {
    staging: staging.take(),
    origin: origin.take(),
    crane: crane.take(),
    google: google.take(),
    s3: s3.take(),
    azure: azure.take(),
  };
}

/** @throws AssertionError if something is written, or a blob is read */
function requireNothingDone(seen: Readonly<Record<string, readonly SeenRequest[]>>): void {
  const all = Object.values(seen).flat();
  // The origin's bucket gets the indexes for donors, if there are any.
  assert.deepEqual(findWrites(all), []);
  const reads = all.filter(({ method, path }) => method === "GET" && path.includes("/blobs/"));
  assert.deepEqual(reads, []);
}

async function checkSecondRun({ stores, home, inventory }: PromotionScene): Promise<string> {
  takeAll(stores);
  const { stderr } = await runPromote(stores, home, inventory, ["run"]);
  assert.match(stderr, /everything is in place/);
  const seen = takeAll(stores);
  requireNothingDone(seen);
  const counts = Object.entries(seen).map(([name, { length }]) => `${name} ${length}`);
  return `requests, none of which writes: ${counts.join(", ")}`;
}

async function checkMovedTag(scene: PromotionScene): Promise<string> {
  const { stores, home, inventory, release, clients } = scene;
  const { images, files } = release.promises;
  const [first = "", second = ""] = Object.keys(images);
  const other = await clients.crane("digest", `${stores.staging.host}/staging/${second}`);
  const staged = `${stores.staging.host}/staging/${multiArch.name}`;
  await clients.crane("copy", "--platform", "linux/amd64", `${staged}:${multiArch.tag}`, `${staged}:moved`);
  const moved = (await clients.crane("digest", `${staged}:moved`)).trim();
  assert.notEqual(moved, other.trim());
  writePromotionProject(join(inventory, ".."), stores, { images: { ...images, [first]: moved }, files });
  takeAll(stores);
  const refused = await runPromote(stores, home, inventory, ["run", "--json"], 1);
  const { findings } = JSON.parse(refused.stdout) as { readonly findings: readonly { readonly kind: string }[] };
  assert.ok(
    findings.some(({ kind }) => kind === "moved"),
    refused.stdout,
  );
  requireNothingDone(takeAll(stores));
  for (const registry of filledRegistries(stores)) {
    assert.equal((await clients.crane("digest", `${registry}/${first}`)).trim(), images[first]);
  }
  writePromotionProject(join(inventory, ".."), stores, release.promises);
  return "";
}

const cases: readonly (readonly [client: string, name: string, check: (scene: PromotionScene) => Promise<string>])[] = [
  ["mirrorform", "validate, plan and run", checkRun],
  ["crane", "validate --remote: every layer of every image", checkValidation],
  ["crane", "digest of every tag, and of the signature's", checkDigests],
  ["regctl", "digest, manifest and referrers of the index", checkManifests],
  ["curl", "every file and every blob in every bucket", checkObjects],
  ["mirrorform", "a second run has nothing to do", checkSecondRun],
  ["mirrorform", "a tag that moves is refused everywhere", checkMovedTag],
];

/** Promotes a staged release to real programs, and looks at every mirror with real clients. */
export async function checkPromotion(scene: PromotionScene, report: Report): Promise<void> {
  report.printHead("Promotion: from a staging area to registries and buckets");
  for (const [client, name, check] of cases) await report.runCheck(client, name, client, () => check(scene));
}
