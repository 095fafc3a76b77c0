import { printable } from "../document/printable";

/** Prints one line on the standard error. */
export function printMessage(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
