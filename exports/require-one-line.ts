import { NotExportable } from "./not-exportable";

/**
 * Refuses a text that does not fit into one line of an answer's head.
 *
 * @param entry where the text is in the inventory
 * @throws NotExportable if it has a control character, which could begin another line
 */
export function requireOneLine(text: string, entry: string): void {
  if (!/\p{Cc}/u.test(text)) return;
  throw new NotExportable([
    { entry, problem: "it contains a control character, such as a line break", fix: "Remove it." },
  ]);
}
