import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { printable } from "../document/printable";
import { UnusableProject } from "./unusable-project";

/** More than any file of a project. */
const mostBytes = 64 * 1024 * 1024;

function git(folder: string, words: readonly string[]) {
  const run = spawnSync("git", ["-C", folder, ...words], {
    maxBuffer: mostBytes,
    env: { ...process.env, LC_ALL: "C" },
  });
  if (run.error) throw new UnusableProject(`git cannot be run: ${printable(run.error.message)}`);
  return run;
}

/**
 * The full name of the commit that a name stands for, in the repository of a file.
 *
 * @throws UnusableProject if there is none
 */
export function resolveBase(file: string, name: string): string {
  const folder = dirname(file);
  if (!existsSync(folder)) throw new UnusableProject(printable(`${folder} does not exist`));
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { status, stdout } = git(folder, words);
  if (status === 0) return `${stdout}`.trim();
  throw new UnusableProject(
    printable(
      `there is no commit ${name} to compare ${file} with; a shallow clone has few: fetch it with \`git fetch --unshallow\``,
    ),
  );
}

/**
 * A file as it is in a commit, or undefined if the commit does not have it.
 *
 * @param commit its full name, from {@link resolveBase}
 * @throws UnusableProject if git cannot read it
 */
export function readCommitted(file: string, commit: string): Uint8Array | undefined {
  const folder = dirname(file);
  const name = `./${basename(file)}`;
  const listed = git(folder, ["ls-tree", "-z", commit, "--", name]);
  if (listed.status === 0 && listed.stdout.length === 0) return undefined;
  const shown = git(folder, ["show", `${commit}:${name}`]);
  if (listed.status === 0 && shown.status === 0) return shown.stdout;
  throw new UnusableProject(printable(`git cannot read ${file} of ${commit}: ${`${shown.stderr}`.trim()}`));
}
