import { writeSync } from "node:fs";
import { printable } from "../document/printable";
import { exitStatus } from "./failure";

/** A disk, a quota or a file system that takes no more (errno(3)). */
const full: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EROFS"]);

/** Whether the machine refused something: no mistake in this program, and no stack trace helps. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/** What the machine refused, and what to do, on one line. */
export function systemErrorWords({ message, code, path }: NodeJS.ErrnoException): string {
  const told = printable(message);
  if (full.has(code)) return `${told}: make room there, or write to another place`;
  return path === undefined ? told : `${told}: name another file or directory, or make this one usable`;
}

function writeFailure(error: NodeJS.ErrnoException): string {
  if (error.code === "EPIPE") return "the program that reads the output has ended: not all of it was written";
  return `the output cannot be written: ${systemErrorWords(error)}`;
}

/**
 * Ends the program, with one line and status 1, where its results cannot be written: the disk is full, or the program behind a pipe has
 * ended (`| head`). Messages that nobody reads are dropped.
 */
export function watchOutput(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error) => {
    try {
      writeSync(2, `${writeFailure(error)}\n`);
    } catch {
      // Nobody is left to be told.
    }
    process.exit(exitStatus.wrongInput);
  });
}
