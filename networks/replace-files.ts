import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Permissions of a new directory. */
const directoryMode = 0o755;

/**
 * Writes files into a directory, all of them or none; other files in the directory do not change.
 *
 * Everything is written to a copy next to the directory, and two renames then exchange them. A failure leaves the old
 * directory in place. A crash between the renames leaves it under a name from which {@link restoreFiles} restores it.
 *
 * @param files contents by file name
 * @throws the file system's error
 */
export function replaceFiles(directory: string, files: ReadonlyMap<string, string>): void {
  const exists = existsSync(directory);
  const target = exists ? realpathSync(directory) : resolve(directory);
  mkdirSync(dirname(target), { recursive: true });
  const staging = mkdtempSync(`${target}.new-`);
  try {
    if (exists) cpSync(target, staging, { recursive: true });
    chmodSync(staging, exists ? statSync(target).mode : directoryMode);
    for (const [name, content] of files) writeFileSync(join(staging, name), content);
    exchange(target, staging, exists);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

/** Restores a directory that a crashed {@link replaceFiles} had moved away, or removes what it left behind. */
export function restoreFiles(directory: string): void {
  const exists = existsSync(directory);
  const target = exists ? realpathSync(directory) : resolve(directory);
  const previous = previousName(target);
  if (!existsSync(previous)) return;
  if (exists) rmSync(previous, { recursive: true });
  else renameSync(previous, target);
}

function exchange(target: string, staging: string, exists: boolean): void {
  if (!exists) {
    renameSync(staging, target);
    return;
  }
  const previous = previousName(target);
  renameSync(target, previous);
  try {
    renameSync(staging, target);
  } catch (error) {
    renameSync(previous, target);
    throw error;
  }
  rmSync(previous, { recursive: true, force: true });
}

function previousName(target: string): string {
  return `${target}.previous`;
}
