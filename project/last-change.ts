import { spawnSync } from "node:child_process";
import { basename, dirname } from "node:path";

/** The time of the last commit of a file or directory, in seconds since 1970. 0 if it is not under version control. */
function findCommitTime(path: string): number {
  const { status, stdout } = spawnSync("git", ["log", "-1", "--format=%ct", "--", basename(path)], {
    cwd: dirname(path),
    encoding: "utf8",
  });
  return status === 0 ? Number(stdout.trim() || 0) : 0;
}

/**
 * The time when files last changed, by version control: the same for everyone with the same commit, and later after every
 * change, including reverts. Without version control it is `SOURCE_DATE_EPOCH`
 * (https://reproducible-builds.org/specs/source-date-epoch/), or 1970.
 */
export function findLastChange(paths: readonly string[]): Date {
  const seconds = Math.max(0, ...paths.map(findCommitTime));
  return new Date((seconds || Number(process.env.SOURCE_DATE_EPOCH ?? 0) || 0) * 1000);
}
