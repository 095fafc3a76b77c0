import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { formatCount } from "../../document/format-count";
import { printable, printableLines } from "../../document/printable";
import { isError } from "../../document/problem";
import { replaceFile } from "../../document/replace-file";
import { createMutableCheck } from "../../inventory/create-mutable-check";
import { readManifests } from "../../promotion/manifests/read-manifests";
import { GitError, resolveCommit, withCommittedManifests } from "../../promotion/manifests/restore-manifests";
import { findMovedBack, type MovedBack } from "../../promotion/rollback/find-moved-back";
import { type ManifestFolder, planRollback, type RollbackPlan } from "../../promotion/rollback/plan-rollback";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import { loadPromotion, type PromotionOptions } from "./load-promotion";

/** The options of `promote rollback`. */
export interface PromoteRollbackOptions extends PromotionOptions {
  /** Why, for `withdrawn.yaml`. @default it names the commit */
  readonly reason?: string;
}

/**
 * `promote rollback`: changes the manifests in the work tree so that a commit is undone, and prints the difference. Nothing is committed.
 *
 * @throws Failure if there is no such commit; "refused" if later changes are in the way: then nothing is written
 */
export function promoteRollbackCommand(name: string, options: PromoteRollbackOptions): void {
  const { inventory, manifests, placement, reading } = loadPromotion(options);
  const { commit, plans } = planAll(name, manifests, options.reason);
  const refused = plans.flatMap(({ refused: each }) => each);
  if (refused.length > 0) {
    const lines = refused.map((each) => `  ${printable(each)}`).join("\n");
    throw new Failure(
      exitStatus.refused,
      `nothing was written, because not all of ${commit.slice(0, 12)} can be undone:\n${lines}`,
    );
  }
  const changes = plans.flatMap(({ files }, index) =>
    [...files].map(([path, text]) => ({ path: join(manifests[index] ?? "", path), text })),
  );
  for (const { path, text } of changes) process.stdout.write(printableLines(formatDifference(path, text)));
  for (const { path, text } of changes) write(path, text);
  const { problems, promoted } = readManifests(manifests, placement);
  const moved = findMovedBack(reading.promoted, promoted, createMutableCheck(inventory.promotion));
  for (const each of moved) printMessage(describeMovedBack(each));
  const errors = problems.filter(isError).length;
  const next =
    errors > 0 ? "correct what `mirrorform promote validate` says, then review and commit it" : "review and commit it";
  printMessage(
    changes.length === 0 ? "there is nothing to undo" : `${formatCount(changes.length, "file")} written: ${next}`,
  );
}

function describeMovedBack({ name, from, to }: MovedBack): string {
  return `warning: ${printable(name)} is promised for ${to} again. If ${from} was promoted under this name, a promotion refuses to move it back: release it under a new name, or add ${JSON.stringify(name)} to promotion.mutable of the inventory`;
}

function planAll(name: string, manifests: readonly string[], reason?: string) {
  try {
    const commit = resolveCommit(manifests[0] ?? ".", name);
    const parent = resolveParent(manifests[0] ?? ".", commit);
    const why = { reason: reason ?? `rolled back ${commit.slice(0, 12)}`, date: new Date().toISOString().slice(0, 10) };
    const readAt = (of: string) => withCommittedManifests(manifests, of, (folders) => folders.map(readFolder));
    const [before, after] = [readAt(parent), readAt(commit)];
    const empty: ManifestFolder = new Map();
    const plans = manifests.map(
      (folder, index): RollbackPlan =>
        planRollback(before[index] ?? empty, after[index] ?? empty, readFolder(folder), why),
    );
    return { commit, plans };
  } catch (error) {
    if (error instanceof GitError) throw new Failure(exitStatus.wrongInput, `${name}: ${error.message}`);
    throw error;
  }
}

/** @throws GitError if nothing is known of what was before */
function resolveParent(folder: string, commit: string): string {
  try {
    return resolveCommit(folder, `${commit}^`);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new GitError(
      "the clone has no commit before it, so there is nothing to go back to; if the clone is shallow, run `git fetch --unshallow`",
    );
  }
}

/** All YAML files of a folder, by path below it. */
function readFolder(folder: string): ManifestFolder {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && entry.name !== "policy.yaml",
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), readFileSync(path, "utf8")];
    }),
  );
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) rmSync(path, { force: true });
  else {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, text);
  }
}

/** A path as git prints it: absolute ones have no second slash. */
function inTree(side: "a" | "b", path: string): string {
  return `${side}/${path.replace(/^\/+/, "")}`;
}

/** A difference as git prints it. */
function formatDifference(path: string, text: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-rollback-"));
  try {
    const [old, now] = [join(folder, "old"), join(folder, "new")];
    writeFileSync(old, existsSync(path) ? readFileSync(path, "utf8") : "");
    writeFileSync(now, text ?? "");
    const { stdout } = spawnSync("git", ["diff", "--no-index", "--no-color", "--", old, now], { encoding: "utf8" });
    const begin = stdout.indexOf("\n@@");
    return begin < 0 ? "" : `--- ${inTree("a", path)}\n+++ ${inTree("b", path)}\n${stdout.slice(begin + 1)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
