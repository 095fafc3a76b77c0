import { spawnSync } from "node:child_process";
import { basename, dirname } from "node:path";

/** Seconds since 1970 of the last commit that touched a file or directory; 0 where no version control knows it. */
function committed(path: string): number {
  const { status, stdout } = spawnSync("git", ["log", "-1", "--format=%ct", "--", basename(path)], {
    cwd: dirname(path),
    encoding: "utf8",
  });
  return status === 0 ? Number(stdout.trim() || 0) : 0;
}

/**
 * When files last changed, by version control: the same for everybody who has the same commit, and later with each
 * change, also with one that takes another back. Where there is none, `SOURCE_DATE_EPOCH` says it
 * (https://reproducible-builds.org/specs/source-date-epoch/), or it is 1970.
 */
export function lastChange(paths: readonly string[]): Date {
  const seconds = Math.max(0, ...paths.map(committed));
  return new Date((seconds || Number(process.env.SOURCE_DATE_EPOCH ?? 0) || 0) * 1000);
}
