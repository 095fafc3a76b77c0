import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatCount } from "../../../document/format-count";
import { printableJson } from "../../../document/printable";
import { formatBytes } from "../../../promotion/plan/format-bytes";
import { exitStatus, Failure } from "../../failure";
import { printMessage } from "../../print-message";
import { formatTable } from "../../text-table";
import { DemoProject } from "./demo-project";
import { DemoStores } from "./demo-stores";
import { Demonstration, type DemoResult } from "./demonstration";
import { Narrator } from "./narrator";

/** The options of `promote demo`. */
export interface PromoteDemoOptions {
  readonly json?: boolean;
}

const stopped = new Failure(exitStatus.wrongInput, "stopped; nothing is left behind");

function formatResults(results: readonly DemoResult[]): string {
  const rows = results.map(({ target, artifacts, objects, bytes, verifiedBy, problem }) => [
    target,
    artifacts,
    objects,
    formatBytes(bytes),
    verifiedBy.join(", "),
    problem ?? "every byte",
  ]);
  return formatTable(["store", "artifacts", "objects", "bytes", "verified by the run", "read back here"], rows);
}

/**
 * `promote demo`: a promotion on stores in this process, with what may go wrong. Nothing outside a temporary folder is written, and
 * only servers on loopback are asked.
 *
 * @throws Failure if a claim does not hold, or the user stops it
 */
export async function promoteDemoCommand({ json }: PromoteDemoOptions): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(stopped);
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-demo-"));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  // A reader that closes the output, such as `head`, ends the process at once.
  process.once("exit", clean);
  const stores = new DemoStores(stop.signal);
  const narrator = new Narrator((text) => (json ? undefined : process.stdout.write(text)));
  const begin = performance.now();
  try {
    const results = await new Demonstration(new DemoProject(folder), stores, narrator).run();
    const seconds = Math.round(performance.now() - begin) / 1_000;
    print(results, narrator, seconds, json);
    requireAll(narrator, seconds);
  } finally {
    await stores.stop();
    clean();
    process.off("exit", clean);
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function print(results: readonly DemoResult[], { claims }: Narrator, seconds: number, json: boolean | undefined): void {
  const ok = claims.every(({ holds }) => holds);
  if (json) process.stdout.write(`${printableJson({ ok, seconds, claims, stores: results }, 2)}\n`);
  else process.stdout.write(`\n${formatResults(results)}\n`);
}

function requireAll({ claims }: Narrator, seconds: number): void {
  const failed = claims.filter(({ holds }) => !holds);
  if (failed.length > 0) {
    throw new Failure(exitStatus.wrongInput, `${failed.length} of ${formatCount(claims.length, "claim")} did not hold`);
  }
  printMessage(`all ${formatCount(claims.length, "claim")} held, in ${seconds.toFixed(1)} s`);
}
