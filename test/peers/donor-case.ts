import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./find-tools";
import { hosts } from "./inventory";
import { runProgram, startServer } from "./program";
import type { PromotionScene } from "./promotion-case";
import { runPromote } from "./promotion-command";
import { writePromotionProject } from "./promotion-project";
import { buckets } from "./promotion-stores";
import { startRedirector } from "./redirector";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";

/** The documented command (docs/promotion-run.md, "For donors"). */
const sync = join(__dirname, "../../docs/donor-sync.sh");

/** The fields of a report that are read here. */
interface RunOutput {
  readonly artifacts: readonly {
    readonly kind: "image" | "file";
    readonly name: string;
    readonly targets: readonly { readonly target: string; readonly state: string }[];
  }[];
}

async function runFor(scene: PromotionScene): Promise<{ readonly states: readonly string[]; readonly stderr: string }> {
  const { stdout, stderr } = await runPromote(scene.stores, scene.home, scene.inventory, [
    "run",
    "--json",
    "--wait",
    "0",
  ]);
  const { artifacts } = JSON.parse(stdout) as RunOutput;
  const targets = artifacts.flatMap((artifact) => artifact.targets);
  return { states: targets.filter(({ target }) => target.startsWith("campus/lab")).map(({ state }) => state), stderr };
}

/** Runs the donor's command, which downloads through the redirector. */
async function syncAsDonor(scene: PromotionScene, folder: string): Promise<void> {
  const redirector = await startRedirector(scene.inventory, "--presence", "ask");
  try {
    const home = mkdtempSync(join(scene.folder, "donor-home-"));
    writeFileSync(join(home, ".curlrc"), `connect-to = "${hosts.files}:80:127.0.0.1:${redirector.port}"\n`);
    const index = `${scene.stores.s3.url}/${buckets.origin}/mirrorform/donors/campus/lab.jsonl`;
    const images = `http://127.0.0.1:${redirector.port}`;
    await runProgram("/bin/sh", [sync, index, images, `http://${hosts.files}`, folder], clientEnvironment(home));
  } finally {
    await redirector.stop();
  }
}

async function checkDonor(scene: PromotionScene, python: string): Promise<string> {
  // The donor joins when the other mirrors have everything.
  const served = mkdtempSync(join(scene.folder, "donor-"));
  mkdirSync(join(served, "images"));
  const server = await startServer({
    path: python,
    args: ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", served],
    ready: /Serving HTTP on 127\.0\.0\.1 port (\d+)/,
  });
  try {
    writePromotionProject(join(scene.inventory, ".."), scene.stores, scene.release.promises, {
      donor: `http://127.0.0.1:${server.port}`,
    });
    const first = await runFor(scene);
    assert.ok(first.states.length > 0 && first.states.every((state) => state === "waiting"), first.states.join(", "));
    await syncAsDonor(scene, served);
    const second = await runFor(scene);
    // Files that are there are not in the plan; images are, until they are verified.
    assert.ok(second.states.length > 0);
    assert.ok(
      second.states.every((state) => state === "there" || state === "written"),
      second.states.join(", "),
    );
    const promised = [...Object.keys(scene.release.promises.images), ...Object.keys(scene.release.promises.files)];
    assert.equal(first.states.length, promised.length);
    return `${first.states.length} images and files waited for, then verified`;
  } finally {
    await server.stop();
    writePromotionProject(join(scene.inventory, ".."), scene.stores, scene.release.promises);
  }
}

/** Lets a donor fill its mirror with the documented command, from the index that a run publishes. */
export async function checkDonorMirror(scene: PromotionScene, report: Report): Promise<void> {
  report.printHead("A mirror that its donor fills, with the index and the documented command");
  await report.runCheck("curl", "donor-sync.sh, then the next run", findProgram("python3"), (python) =>
    checkDonor(scene, python),
  );
}
