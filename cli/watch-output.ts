import { writeSync } from "node:fs";
import { types } from "node:util";
import { printable } from "../document/printable";
import { exitStatus } from "./failure";

/** The codes of errors for lack of space: disk or quota full, file too large, file system read-only (errno(3)). */
const spaceErrors: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EROFS"]);

/** Whether a system call failed: not a bug in this program, so a stack trace would not help. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return types.isNativeError(error) && "code" in error && "syscall" in error;
}

/** Formats a system error and its fix on one line. */
export function formatSystemError({ message, code, path }: NodeJS.ErrnoException): string {
  const text = printable(message);
  if (spaceErrors.has(code)) return `${text}: free some space, or write elsewhere`;
  return path === undefined ? text : `${text}: choose another file or directory, or make this one accessible`;
}

function explainWriteError(error: NodeJS.ErrnoException): string {
  if (error.code === "EPIPE") return "the program that reads the output has ended: some output was lost";
  return `cannot write the output: ${formatSystemError(error)}`;
}

/**
 * Ends the program with one line and status 1 if its results cannot be written: the disk is full, or the program that reads the
 * pipe has ended (`| head`). Messages to a closed standard error are dropped.
 */
export function watchOutput(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error) => {
    try {
      writeSync(2, `${explainWriteError(error)}\n`);
    } catch {
      // There is nowhere left to report it.
    }
    process.exit(exitStatus.wrongInput);
  });
}
