import { readFileSync, statSync } from "node:fs";
import type { DocumentWords } from "./document-words";
import { limits } from "./limits";
import { type Complaint, type Problem, placeAtFile } from "./problem";

/**
 * Reads a file's bytes; a missing, unreadable or too large file is reported as a problem.
 *
 * @param limit in bytes
 */
export function readBytes(
  path: string,
  words: Pick<DocumentWords, "option">,
  limit: number = limits.fileBytes,
): Uint8Array | Problem {
  try {
    const { size } = statSync(path);
    return size > limit ? placeAtFile(path, tooLarge(size, limit)) : readFileSync(path);
  } catch (error) {
    return placeAtFile(path, unreadable((error as NodeJS.ErrnoException).code, words));
  }
}

function unreadable(code: string | undefined, { option }: Pick<DocumentWords, "option">): Complaint {
  const common = { rule: "file/unreadable", severity: "error" } as const;
  if (code === "ENOENT") {
    const fix = `Run this in the folder that has the file, or choose another one with ${option}.`;
    return { ...common, message: "the file does not exist", fix };
  }
  const fix = `Choose another file with ${option}, or make this one readable.`;
  if (code === "EISDIR") return { ...common, message: "this is a directory", fix };
  return { ...common, message: `the file cannot be read (${code ?? "unknown error"})`, fix };
}

/** The complaint about a file that is larger than the limit, in bytes. */
export function tooLarge(bytes: number, limit: number): Complaint {
  const message = `the file has ${bytes} bytes; the limit is ${limit}`;
  return { rule: "file/too-large", severity: "error", message, fix: "Specify the correct file." };
}
