/**
 * Replays the changes of a folder, and writes the table of `docs/promotion-changes.md`: `npm run replay FOLDER`. The folder has
 * `changes/<date>-<commit>-<what>/{before,after}/`, and current manifests beside it, in kpromo's layout.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatChanges } from "./format-changes";
import { ChangeReader } from "./read-changes";
import { replayChanges } from "./replay-changes";

const page = join(__dirname, "../../docs/promotion-changes.md");

async function write(folder: string): Promise<void> {
  const reader = new ChangeReader(folder);
  const replayed = await replayChanges([...reader.readChanges(), reader.readShared()]);
  const table = formatChanges(replayed);
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(/^\| change \|.*(?:\n\|.*)*\n/m, () => table),
  );
  for (const { name, faults } of replayed) {
    if (faults.length === 0) continue;
    process.exitCode = 1;
    process.stderr.write(`${name}: ${faults.join("; ")}\n`);
  }
}

const [, , folder] = process.argv;
if (folder === undefined) {
  process.stderr.write("usage: npm run replay FOLDER\n");
  process.exitCode = 2;
} else {
  void write(folder);
}
