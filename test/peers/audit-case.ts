import assert from "node:assert/strict";
import { join } from "node:path";
import type { PromotionScene } from "./promotion-case";
import { runAudit, runPromote } from "./promotion-command";
import { projectFolder, writePromotionProject } from "./promotion-project";
import { buckets } from "./promotion-stores";
import type { Report } from "./report";
import { multiArch } from "./staged-release";

async function requireDone(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}

/** A clean start: earlier cases leave tags of their own. */
async function checkClean({ stores, home, inventory, release }: PromotionScene): Promise<string> {
  writePromotionProject(join(inventory, ".."), stores, release.promises);
  await stores.clearMirrors();
  await runPromote(stores, home, inventory, ["run"]);
  const { targets } = await runAudit(stores, home, inventory, ["--sample", "all"], 0);
  const read = targets.reduce((sum, target) => sum + target.read.objects, 0);
  return `${targets.length} stores, ${read} objects read and hashed`;
}

/** Changes mirrors in five ways. @returns what an audit should find, as `TARGET STATE NAME` */
async function tamper({ stores, clients, release }: PromotionScene): Promise<readonly string[]> {
  const { google, crane } = stores;
  const objects = `${google.url}/storage/v1/b/${buckets.google}/o`;
  const [path = ""] = Object.keys(release.promises.files);
  const file = `${projectFolder}/${path}`;
  await requireDone(await fetch(`${objects}/${encodeURIComponent(file)}`, { method: "DELETE" }));

  const [first] = Object.values(release.image.platforms);
  const digest = first?.blobs.at(-1)?.digest ?? "";
  const key = encodeURIComponent(`containers/images/${digest}`);
  const bytes = Buffer.from(await (await requireDone(await fetch(`${objects}/${key}?alt=media`))).arrayBuffer());
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  const upload = `${google.url}/upload/storage/v1/b/${buckets.google}/o?uploadType=media`;
  await requireDone(await fetch(`${upload}&name=${key}`, { method: "POST", body: bytes }));
  await requireDone(await fetch(`${upload}&name=${projectFolder}/mine.exe`, { method: "POST", body: "mine" }));

  const repository = `${projectFolder}/${multiArch.name}`;
  const [amd64 = "", other = ""] = Object.values(release.image.platforms).map(({ manifest }) => manifest.digest);
  await clients.crane("tag", `${crane.host}/${repository}@${amd64}`, multiArch.tag);
  await clients.crane("tag", `${crane.host}/${repository}@${amd64}`, "latest");
  await requireDone(await fetch(`${crane.url}/v2/${repository}/manifests/${other}`, { method: "DELETE" }));
  return [
    `google/us-central1 blobs other ${digest}`,
    `google/us-central1 files missing ${file}`,
    `google/us-central1 files unexpected ${projectFolder}/mine.exe`,
    `local/crane registry missing ${repository}@${other}`,
    `local/crane registry other ${repository}:${multiArch.tag}`,
    `local/crane registry unexpected ${repository}:latest`,
  ];
}

async function checkTampering(scene: PromotionScene): Promise<string> {
  const { stores, home, inventory, folder } = scene;
  const expected = await tamper(scene);
  const { findings } = await runAudit(stores, home, inventory, ["--repair", join(folder, "repair.json")], 3);
  const found = findings.map(({ target, state, name }) => `${target} ${state} ${name}`);
  assert.deepEqual(found, [...expected].sort());
  return `${found.length} findings`;
}

async function checkRepair({ stores, home, inventory, folder }: PromotionScene): Promise<string> {
  await runPromote(stores, home, inventory, ["run", "--plan", join(folder, "repair.json")]);
  const { findings } = await runAudit(stores, home, inventory, ["--sample", "all"], 3);
  const states = new Set(findings.map(({ state }) => state));
  assert.deepEqual([...states], ["unexpected"], JSON.stringify(findings));
  return "what nobody promoted is left";
}

async function checkRestore({ stores, home, inventory }: PromotionScene): Promise<string> {
  await stores.clearOrigin();
  await runAudit(stores, home, inventory, [], 3);
  const { stdout } = await runPromote(stores, home, inventory, ["restore", "--json"]);
  const { artifacts } = JSON.parse(stdout);
  const { targets } = await runAudit(stores, home, inventory, ["--sample", "all"], 3);
  for (const { isOrigin, target, artifacts: all, there } of targets) if (isOrigin) assert.equal(there, all, target);
  return `${artifacts.length} artifacts`;
}

const cases: readonly (readonly [name: string, check: (scene: PromotionScene) => Promise<string>])[] = [
  ["audit: clean after a run", checkClean],
  ["audit: five ways of tampering", checkTampering],
  ["promote run: a plan of repairs", checkRepair],
  ["promote restore: a lost origin", checkRestore],
];

/** Audits, repairs and restores real registries and buckets. */
export async function checkAudits(scene: PromotionScene, report: Report): Promise<void> {
  report.printHead("Promotion: audit, repair and restore");
  for (const [name, check] of cases) await report.runCheck("mirrorform", name, "mirrorform", () => check(scene));
}
