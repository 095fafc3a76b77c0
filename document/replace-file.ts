import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The permissions of a file that was not there before. */
const newFileMode = 0o644;

/**
 * Writes a whole file or nothing, by a rename. A symbolic link stays one; permissions stay.
 *
 * @throws the file system's error
 */
export function replaceFile(file: string, text: string): void {
  const exists = existsSync(file);
  const target = exists ? realpathSync(file) : file;
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}`);
  try {
    writeFileSync(unfinished, text, { flag: "wx", mode: exists ? statSync(target).mode : newFileMode });
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
