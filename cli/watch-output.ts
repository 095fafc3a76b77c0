import { writeSync } from "node:fs";
import { types } from "node:util";
import { printable } from "../document/printable";
import { exitStatus } from "./failure";

/** The disk or quota is full, the file too large, or the file system read-only (errno(3)). */
const full: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EROFS"]);

/** Whether a system call failed: not a bug in this program, so a stack trace would not help. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return types.isNativeError(error) && "code" in error && "syscall" in error;
}

/** What failed, and what to do, on one line. */
export function systemErrorWords({ message, code, path }: NodeJS.ErrnoException): string {
  const told = printable(message);
  if (full.has(code)) return `${told}: make room there, or write elsewhere`;
  return path === undefined ? told : `${told}: name another file or directory, or make this one accessible`;
}

function writeFailure(error: NodeJS.ErrnoException): string {
  if (error.code === "EPIPE") return "the program that reads the output has ended: not all output was written";
  return `the output cannot be written: ${systemErrorWords(error)}`;
}

/**
 * Ends the program, with one line and status 1, if its results cannot be written: the disk is full, or the program that reads
 * the pipe has ended (`| head`). Messages on a closed stderr are dropped.
 */
export function watchOutput(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error) => {
    try {
      writeSync(2, `${writeFailure(error)}\n`);
    } catch {
      // There is nowhere left to report it.
    }
    process.exit(exitStatus.wrongInput);
  });
}
