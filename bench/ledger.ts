/**
 * Measures reading and writing the ledger of a large promotion: `npx tsx bench/ledger.ts [IMAGES]`. The images are made up: random
 * digests, eight images a repository, each with two children and twelve blobs, one of which all images of the repository share.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { decodeLedger } from "../promotion/ledger/decode-ledger";
import { encodeLedger } from "../promotion/ledger/encode-ledger";
import type { Ledger, LedgerImage } from "../promotion/ledger/ledger";
import { formatBytes } from "../promotion/plan/format-bytes";

/** As many as in kubernetes/k8s.io of June 2024 (docs/promotion-manifests.md). */
const kubernetes = "19375";
const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? kubernetes);

function makeDigests(length: number): string[] {
  return Array.from({ length }, () => `sha256:${randomBytes(32).toString("hex")}`);
}

function makeImages(): LedgerImage[] {
  let [shared = ""] = makeDigests(1);
  return Array.from({ length: count }, (_, index) => {
    if (index % 8 === 0) [shared = ""] = makeDigests(1);
    const [digest = "", ...manifests] = makeDigests(3);
    return {
      project: "project",
      repository: `project/image-${index >> 3}`,
      digest,
      tags: [`v1.${index}.0`],
      promotion: 1 + (index >> 4),
      manifests: manifests.sort(),
      blobs: [shared, ...makeDigests(11)].sort(),
    };
  });
}

/** Seconds of processor time, with those of threads. */
async function measure<T>(work: () => Promise<T>): Promise<readonly [result: T, seconds: number]> {
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1e6];
}

async function main(): Promise<void> {
  const images = makeImages();
  const objects = new Set(images.flatMap(({ digest, manifests, blobs }) => [digest, ...manifests, ...blobs]));
  const ledger: Ledger = { format: 1, newest: 1 + (count >> 4), images, files: [], complete: {} };
  const [bytes, writing] = await measure(() => encodeLedger(ledger));
  const [reading, seconds] = await measure(() => decodeLedger(bytes));
  if ("problem" in reading) throw new Error(reading.problem);
  const what = `${count} images of ${objects.size} manifests and blobs: ${formatBytes(bytes.length)}`;
  console.log(`${what}; ${writing.toFixed(1)} s of CPU time to write, ${seconds.toFixed(1)} s to read`);
}

void main();
