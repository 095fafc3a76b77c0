import { readFileSync } from "node:fs";
import { StoreError } from "../store-error";

/** The longest file that is read, in bytes. */
const longest = 256 * 1024;

/**
 * Reads a file that holds a secret. Tokens in files are replaced while a run takes its time, so it is read anew each time.
 *
 * @param setting what names the file, for the message
 * @throws StoreError without anything of the content
 */
export function readSecretFile(file: string, setting: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new StoreError(`${setting} names ${file}, which cannot be read (${code}): check the path`, "denied");
  }
  if (text.length > longest) throw new StoreError(`${setting} names ${file}, which is too long`, "denied");
  return text.trim();
}
